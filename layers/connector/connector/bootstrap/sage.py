"""The clients of Sage: the shared token and the Provider API."""

import time
from collections.abc import Callable
from math import inf

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


def provider_api(*, per_second: float = inf) -> ProviderApi:
    """Return a client of the Provider API that sends at most `per_second` requests a second."""
    settings = read(ProviderApiSettings)
    api_key = vault(ApiKey, "Provider API's", settings.provider_api_secret_arn)
    fetch = TokenFunction(clients.lambda_, read(TokenFunctionSettings).sage_token_function).fetch
    turn = RateLimiter(per_second, time.monotonic, time.sleep).wait
    return ProviderApi(settings.provider_api_url, api_key, shared_tokens(fetch), turn)
