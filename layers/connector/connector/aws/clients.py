"""The clients of AWS services, one in each environment. Their time-outs fit a customer who waits."""

from functools import cache
from typing import TYPE_CHECKING

import boto3
from botocore.config import Config

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_secretsmanager import SecretsManagerClient
    from mypy_boto3_sqs import SQSClient

_CONFIG = Config(connect_timeout=1, read_timeout=3, retries={"mode": "standard", "total_max_attempts": 3})


@cache
def dynamodb() -> "DynamoDBClient":
    """Return the client for the tables: authorisations, requests, locks."""
    return boto3.client("dynamodb", config=_CONFIG)


@cache
def secretsmanager() -> "SecretsManagerClient":
    """Return the client for the secrets: the credentials, the authenticator's, the shared token."""
    return boto3.client("secretsmanager", config=_CONFIG)


@cache
def sqs() -> "SQSClient":
    """Return the client for the queue of requests and its dead letters."""
    return boto3.client("sqs", config=_CONFIG)
