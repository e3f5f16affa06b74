"""The clients of Sage: the shared token and the Provider API."""

import time
from math import inf

from connector.aws import clients
from connector.aws.vault import Vault
from connector.bootstrap.locks import locks
from connector.bootstrap.sage_settings import ProviderApiSettings, TokenSettings
from connector.runtime.rate_limiter import RateLimiter
from connector.runtime.settings import read
from connector.sage.credentials import Credentials
from connector.sage.provider_api import ProviderApi
from connector.sage.sage_id import SageId
from connector.sage.token_store import SecretTokenStore
from connector.sage.tokens import Tokens


def shared_tokens(credentials: Vault[Credentials]) -> Tokens:
    """Return the token that all functions share."""
    settings = read(TokenSettings)
    sage_id = SageId(settings.sage_id_token_url, settings.provider_api_audience, credentials, time.time)
    token_store = SecretTokenStore(clients.secretsmanager(), settings.token_secret_arn)
    return Tokens(token_store, sage_id.fetch, locks(), time.time, time.sleep)


def provider_api(credentials: Vault[Credentials], *, per_second: float = inf) -> ProviderApi:
    """Return a client of the Provider API that sends at most `per_second` requests a second."""
    turn = RateLimiter(per_second, time.monotonic, time.sleep).wait
    return ProviderApi(read(ProviderApiSettings).provider_api_url, credentials, shared_tokens(credentials), turn)
