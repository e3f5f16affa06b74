"""The clients of AWS services, one in each environment. Their time-outs fit a customer who waits.

botocore makes them. boto3's `client` returns the same clients, but a cold start waits for boto3's other modules too.
"""

from collections.abc import Callable, Iterator
from functools import cache
from typing import TYPE_CHECKING, Any, cast

from botocore.config import Config
from botocore.handlers import BUILTIN_HANDLERS
from botocore.session import Session

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_lambda import LambdaClient
    from mypy_boto3_secretsmanager import SecretsManagerClient
    from mypy_boto3_sqs import SQSClient

_CONFIG = Config(connect_timeout=1, read_timeout=3, retries={"mode": "standard", "total_max_attempts": 3})
_INVOKE = Config(connect_timeout=1, read_timeout=16, retries={"mode": "standard", "total_max_attempts": 1})
"""Two requests to Sage ID, 7 s each, and a cold start fit; a repeated call would repeat the requests."""

_SERVICES = frozenset({"dynamodb", "lambda", "secrets-manager", "sqs"})
"""As botocore's events name them."""


@cache
def session() -> Session:
    """Return the session of all clients: it reads the credentials and botocore's data once.

    It has botocore's handlers for these services and for all services. To register those of all other services takes
    4 % of a cold start.
    """
    made = Session(include_builtin_handlers=False)
    for event, handler in handlers_of(_SERVICES):
        made.register(event, handler)
    return made


def handlers_of(services: frozenset[str]) -> Iterator[tuple[str, Callable[..., Any]]]:
    """Yield botocore's handlers, each with its event, for the services and for all services."""
    for event, handler, *_ in BUILTIN_HANDLERS:
        if services.issuperset(event.split(".")[1:2]):
            yield event, handler


@cache
def dynamodb() -> "DynamoDBClient":
    """Return the client for the tables: authorisations, requests, locks."""
    return cast("DynamoDBClient", session().create_client("dynamodb", config=_CONFIG))


@cache
def secretsmanager() -> "SecretsManagerClient":
    """Return the client for the secrets: the deployer's, and the shared token."""
    return cast("SecretsManagerClient", session().create_client("secretsmanager", config=_CONFIG))


@cache
def sqs() -> "SQSClient":
    """Return the client for the queue of requests and its dead letters."""
    return cast("SQSClient", session().create_client("sqs", config=_CONFIG))


@cache
def lambda_() -> "LambdaClient":
    """Return the client that invokes the function sage_token."""
    return cast("LambdaClient", session().create_client("lambda", config=_INVOKE))
