"""AWS clients, with time-outs that fit a waiting customer."""

from functools import cache
from typing import TYPE_CHECKING

import boto3
from botocore.config import Config

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_secretsmanager import SecretsManagerClient

_CONFIG = Config(connect_timeout=1, read_timeout=3, retries={"mode": "standard", "total_max_attempts": 3})


@cache
def dynamodb() -> "DynamoDBClient":
    """Return the client for the authorisations table."""
    return boto3.client("dynamodb", config=_CONFIG)


@cache
def secretsmanager() -> "SecretsManagerClient":
    """Return the client for the credentials and the shared token."""
    return boto3.client("secretsmanager", config=_CONFIG)
