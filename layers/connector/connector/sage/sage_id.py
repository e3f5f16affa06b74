"""Sage ID's token endpoint: client credentials, RFC 6749 section 4.4."""

from collections.abc import Callable

import requests
from pydantic import ValidationError

from connector.aws.credentials import Credentials, Vault
from connector.runtime.deadline import call_with_deadline
from connector.sage import retry_after
from connector.sage.messages import TokenResponse
from connector.sage.tokens import Token, TokenUnavailableError

_NOT_KNOWN = {requests.codes.unauthorized, requests.codes.forbidden, requests.codes.bad_request}


class SageId:
    """Where tokens come from."""

    TIMEOUT_SECONDS = (2, 5)
    ASSUMED_SECONDS = 6 * 3600
    """How long a token is taken to last when Sage ID does not say. Sage: "generally lasts 480 minutes"."""
    RATE_LIMITED_SECONDS = 60.0
    """How long to leave Sage ID alone after a 429 that does not say."""

    def __init__(self, url: str, audience: str, credentials: Vault[Credentials], clock: Callable[[], float]) -> None:
        self._url = url
        self._audience = audience
        self._credentials = credentials
        self._clock = clock

    def fetch(self) -> Token:
        """Get a new token. Raise TokenUnavailableError, ConfigurationError or Outage.

        Credentials that are not accepted may have been rotated: they are read again, and tried once more if they were.
        """
        tried = self._credentials.get()
        answer = self._post(tried)
        if answer.status_code in _NOT_KNOWN:
            current = self._credentials.reload()
            if current != tried:
                answer = self._post(current)
        if not answer.ok:
            raise TokenUnavailableError(f"Sage ID answered {answer.status_code}", retry_after=self._rest(answer))
        try:
            given = TokenResponse.model_validate_json(answer.content)
        except ValidationError:
            raise TokenUnavailableError("Sage ID's answer is not a token") from None
        now = int(self._clock())
        return Token(given.access_token, now + (given.expires_in or self.ASSUMED_SECONDS), obtained_at=now)

    def _post(self, credentials: Credentials) -> requests.Response:
        body = {
            "grant_type": "client_credentials",
            "client_id": credentials.client_id,
            "client_secret": credentials.client_secret,
            "audience": self._audience,
        }
        try:
            return call_with_deadline(
                sum(self.TIMEOUT_SECONDS),
                lambda: requests.post(self._url, data=body, timeout=self.TIMEOUT_SECONDS, allow_redirects=False),
            )
        except requests.RequestException as error:
            raise TokenUnavailableError(f"Sage ID cannot be reached: {type(error).__name__}") from None

    def _rest(self, answer: requests.Response) -> float | None:
        prompt = retry_after.seconds(answer.headers.get("Retry-After"))
        if prompt is None and answer.status_code == requests.codes.too_many_requests:
            return self.RATE_LIMITED_SECONDS
        return prompt
