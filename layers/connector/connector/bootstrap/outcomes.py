"""The Provider API for a customer who has finished the journey. Nobody else waits for its packages."""

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from connector.bootstrap.sage_settings import LockSettings, ProviderApiSettings, TokenFunctionSettings, TokenSettings
from connector.runtime.settings import read
from connector.sage.api_response import ApiResponse

if TYPE_CHECKING:
    from connector.sage.provider_api import ProviderApi


@dataclass(frozen=True)
class LazyProviderApi:
    """The Provider API as the journey and delivery need it. It is imported and made for the first outcome."""

    def __post_init__(self) -> None:
        """Raise ConfigurationError now if a setting is missing, and not when a customer has finished."""
        for kind in (ProviderApiSettings, TokenSettings, TokenFunctionSettings, LockSettings):
            read(kind)

    def patch_authorisation(self, authorisation_id: str, status: str, *, timeout: float) -> ApiResponse:
        """Report the outcome. Raise NotSentError."""
        return self._api.patch_authorisation(authorisation_id, status, timeout=timeout)

    def query_account(self, bank_id: str, external_id: str, *, timeout: float) -> ApiResponse:
        """Query an account; `timeout` bounds everything, the token included. Raise NotSentError."""
        import requests  # noqa: PLC0415 - see the module's docstring

        from connector.runtime.deadline import call_with_deadline  # noqa: PLC0415 - likewise

        api = self._api
        try:
            return call_with_deadline(timeout, lambda: api.query_account(bank_id, external_id, timeout=timeout))
        except requests.ReadTimeout:
            return ApiResponse(None)

    @cached_property
    def _api(self) -> "ProviderApi":
        from connector.bootstrap.sage import provider_api  # noqa: PLC0415 - see the module's docstring

        return provider_api()
