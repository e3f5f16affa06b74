"""The clients of AWS services, one in each environment. Their time-outs fit a customer who waits.

botocore makes them. boto3's `client` returns the same clients, but a cold start waits for boto3's other modules too.
"""

from functools import cache
from typing import TYPE_CHECKING, cast

from botocore.config import Config
from botocore.session import Session

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_secretsmanager import SecretsManagerClient
    from mypy_boto3_sqs import SQSClient

_CONFIG = Config(connect_timeout=1, read_timeout=3, retries={"mode": "standard", "total_max_attempts": 3})


@cache
def session() -> Session:
    """Return the session of all clients: it reads the credentials and botocore's data once."""
    return Session()


@cache
def dynamodb() -> "DynamoDBClient":
    """Return the client for the tables: authorisations, requests, locks."""
    return cast("DynamoDBClient", session().create_client("dynamodb", config=_CONFIG))


@cache
def secretsmanager() -> "SecretsManagerClient":
    """Return the client for the secrets: the credentials, the authenticator's, the shared token."""
    return cast("SecretsManagerClient", session().create_client("secretsmanager", config=_CONFIG))


@cache
def sqs() -> "SQSClient":
    """Return the client for the queue of requests and its dead letters."""
    return cast("SQSClient", session().create_client("sqs", config=_CONFIG))
