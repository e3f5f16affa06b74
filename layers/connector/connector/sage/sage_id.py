"""Sage ID's token endpoint: client credentials, RFC 6749 section 4.4."""

from collections.abc import Callable
from dataclasses import dataclass

import requests
from pydantic import ValidationError

from connector import USER_AGENT
from connector.aws.vault import Vault, retry_refused
from connector.runtime.deadline import call_with_deadline
from connector.runtime.owned_connections import owned_session
from connector.sage import retry_after
from connector.sage.credentials import ClientCredentials
from connector.sage.messages import TokenResponse
from connector.sage.tokens import Token, TokenUnavailableError

_REFUSED = {requests.codes.unauthorized, requests.codes.forbidden, requests.codes.bad_request}
"""RFC 6749 section 5.2: `invalid_client` is 400 or 401; gateways before the endpoint answer 403."""


@dataclass
class SageId:
    """The token endpoint at `url`. It issues tokens for `audience`."""

    url: str
    audience: str
    credentials: Vault[ClientCredentials]
    clock: Callable[[], float]

    TIMEOUT_SECONDS = (2, 5)
    """To connect, and to answer."""
    ASSUMED_SECONDS = 6 * 3600
    """The lifetime of a token without `expires_in`. Sage: "generally lasts 480 minutes"."""
    RATE_LIMITED_SECONDS = 60.0
    """The pause after a 429 without `Retry-After`."""

    def fetch(self) -> Token:
        """Get a new token. Raise TokenUnavailableError, ConfigurationError or ServiceUnavailableError."""
        response = retry_refused(
            self.credentials.get(),
            self.credentials.reload,
            self._post,
            refused=lambda response: response.status_code in _REFUSED,
        )
        if not response.ok:
            raise TokenUnavailableError(f"Sage ID answered {response.status_code}", retry_after=self._pause(response))
        try:
            given = TokenResponse.model_validate_json(response.content)
        except ValidationError:
            raise TokenUnavailableError("Sage ID's response is not a token") from None
        now = int(self.clock())
        return Token(given.access_token, now + (given.expires_in or self.ASSUMED_SECONDS), obtained_at=now)

    def _post(self, credentials: ClientCredentials) -> requests.Response:
        body = {
            "grant_type": "client_credentials",
            "client_id": credentials.client_id,
            "client_secret": credentials.client_secret,
            "audience": self.audience,
        }

        def post() -> requests.Response:
            with owned_session() as session:
                return session.post(
                    self.url,
                    data=body,
                    headers={"User-Agent": USER_AGENT},
                    timeout=self.TIMEOUT_SECONDS,
                    allow_redirects=False,
                )

        try:
            return call_with_deadline(sum(self.TIMEOUT_SECONDS), post)
        except requests.RequestException as error:
            raise TokenUnavailableError(f"Sage ID cannot be reached: {type(error).__name__}") from None

    def _pause(self, response: requests.Response) -> float | None:
        seconds = retry_after.seconds(response.headers.get("Retry-After"))
        if seconds is None and response.status_code == requests.codes.too_many_requests:
            return self.RATE_LIMITED_SECONDS
        return seconds
