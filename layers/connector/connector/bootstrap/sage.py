"""The clients of Sage: the shared token and the Provider API."""

import time
from collections.abc import Callable

from connector.aws import clients
from connector.bootstrap.locks import locks
from connector.bootstrap.sage_settings import ProviderApiSettings, TokenFunctionSettings, TokenSettings
from connector.bootstrap.secrets import vault
from connector.runtime.rate_limiter import RateLimiter
from connector.runtime.settings import read
from connector.sage.credentials import ApiKey
from connector.sage.provider_api import ProviderApi
from connector.sage.token_function import TokenFunction
from connector.sage.token_store import SecretTokenStore
from connector.sage.tokens import Token, Tokens


def shared_tokens(fetch: Callable[[], Token]) -> Tokens:
    """Return the token that all functions share. `fetch` gets a new one."""
    token_store = SecretTokenStore(clients.secretsmanager(), read(TokenSettings).token_secret_arn)
    return Tokens(token_store, fetch, locks(), time.time, time.sleep)


def provider_api(turn: Callable[[], None] = lambda: None) -> ProviderApi:
    """Return a client of the Provider API. `turn` waits until the next request may be sent."""
    settings = read(ProviderApiSettings)
    api_key = vault(ApiKey, "Provider API's", settings.provider_api_secret_arn)
    fetch = TokenFunction(clients.lambda_, read(TokenFunctionSettings).sage_token_function).fetch
    return ProviderApi(settings.provider_api_url, api_key, shared_tokens(fetch), turn)


def at_most(per_second: float) -> Callable[[], None]:
    """Return the turns of one environment, `per_second` of them a second."""
    return RateLimiter(per_second, time.monotonic, time.sleep).wait
