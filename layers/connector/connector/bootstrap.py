"""The way to Sage, put together from a function's settings: the credentials, the shared token, the Provider API."""

import time
from collections.abc import Callable

from connector.aws import clients as aws
from connector.aws.credentials import CredentialsVault
from connector.aws.lock import DynamoDBLocks
from connector.sage.provider_api import ProviderApi
from connector.sage.sage_id import SageId
from connector.sage.token_store import SecretTokenStore
from connector.sage.tokens import Tokens
from connector.settings import Settings


def credentials_vault(settings: Settings) -> CredentialsVault:
    """Return the credentials of this deployment."""
    return CredentialsVault(aws.secretsmanager(), settings.credentials_secret_arn, time.time)


def shared_tokens(settings: Settings, vault: CredentialsVault) -> Tokens:
    """Return the token that all functions share."""
    sage_id = SageId(settings.sage_id_token_url, settings.provider_api_audience, vault, time.time)
    return Tokens(
        SecretTokenStore(aws.secretsmanager(), settings.token_secret_arn),
        sage_id.fetch,
        DynamoDBLocks(aws.dynamodb(), settings.locks_table, time.time),
        time.time,
        time.sleep,
    )


def provider_api(
    settings: Settings, vault: CredentialsVault | None = None, *, turn: Callable[[], None] = lambda: None
) -> ProviderApi:
    """Return a client of the Provider API, each of whose requests waits for its `turn`."""
    vault = vault or credentials_vault(settings)
    return ProviderApi(settings.provider_api_url, vault, shared_tokens(settings, vault), turn)
