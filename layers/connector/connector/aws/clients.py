"""AWS clients, with time-outs that fit a waiting customer."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import TYPE_CHECKING

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from connector.aws.errors import ServiceUnavailableError

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


@contextmanager
def service_errors(service: str) -> Iterator[None]:
    """Raise ServiceUnavailableError where the service does not do what is asked of it inside."""
    try:
        yield
    except ClientError as error:
        raise ServiceUnavailableError(f"{service}: {error.response.get('Error', {}).get('Code', 'error')}") from error
    except BotoCoreError as error:
        raise ServiceUnavailableError(f"{service}: {type(error).__name__}") from error


@cache
def sqs() -> "SQSClient":
    """Return the client for the queue of requests and its dead letters."""
    return boto3.client("sqs", config=_CONFIG)
