"""The Sage ID token that the Provider API wants: from memory, else Secrets Manager, else Sage ID.

Sage: a token lasts about 480 minutes, is reused until it expires, and is refreshed on 401. It is not promised that
`expires_in` says how long.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

import requests
from pydantic import ValidationError

from connector.credentials import CredentialsVault
from connector.sage.messages import TokenAnswer

if TYPE_CHECKING:
    from mypy_boto3_secretsmanager import SecretsManagerClient


@dataclass(frozen=True, slots=True)
class Token:
    """A bearer token. `expires_at` is in seconds since the epoch. It does not print itself."""

    value: str = field(repr=False)
    expires_at: int

    STOP_USING_SECONDS = 60

    def usable(self, now: float) -> bool:
        """Whether it will still be accepted by the time it arrives."""
        return now < self.expires_at - self.STOP_USING_SECONDS


class TokenUnavailable(Exception):  # noqa: N818 - names the state; the caller goes on without a token
    """No token can be had just now. The message holds no secret."""


class TokenShelf(Protocol):
    """Where the token lies that all share."""

    def read(self) -> Token | None:
        """Return the shared token, if there is one."""

    def write(self, token: Token) -> None:
        """Share a token."""


class SecretShelf:
    """The shared token in Secrets Manager."""

    def __init__(self, client: "SecretsManagerClient", secret_arn: str) -> None:
        self._client = client
        self._secret_arn = secret_arn

    def read(self) -> Token | None:
        """Return the shared token; None while there is none, or none that can be read."""
        try:
            kept = json.loads(self._client.get_secret_value(SecretId=self._secret_arn)["SecretString"])
            return Token(kept["access_token"], int(kept["expires_at"]))
        except (self._client.exceptions.ResourceNotFoundException, KeyError, TypeError, ValueError):
            return None

    def write(self, token: Token) -> None:
        """Share a token."""
        kept = json.dumps({"access_token": token.value, "expires_at": token.expires_at})
        self._client.put_secret_value(SecretId=self._secret_arn, SecretString=kept)


class SageId:
    """Sage ID's token endpoint (client credentials, RFC 6749 section 4.4)."""

    TIMEOUT_SECONDS = (2, 5)
    ASSUMED_SECONDS = 6 * 3600
    """How long a token is taken to last when Sage ID does not say."""

    def __init__(self, url: str, audience: str, credentials: CredentialsVault, clock: Callable[[], float]) -> None:
        self._url = url
        self._audience = audience
        self._credentials = credentials
        self._clock = clock

    def fetch(self) -> Token:
        """Get a new token. Raise TokenUnavailable."""
        tried = self._credentials.get()
        answer = self._post(tried.client_id, tried.client_secret)
        if answer.status_code in {requests.codes.unauthorized, requests.codes.forbidden, requests.codes.bad_request}:
            current = self._credentials.reload()
            if current != tried:
                answer = self._post(current.client_id, current.client_secret)
        if not answer.ok:
            raise TokenUnavailable(f"Sage ID answered {answer.status_code}")
        try:
            given = TokenAnswer.model_validate_json(answer.content)
        except ValidationError:
            raise TokenUnavailable("Sage ID's answer is not a token") from None
        return Token(given.access_token, int(self._clock()) + (given.expires_in or self.ASSUMED_SECONDS))

    def _post(self, client_id: str, client_secret: str) -> requests.Response:
        body = {
            "grant_type": "client_credentials",
            "client_id": client_id,
            "client_secret": client_secret,
            "audience": self._audience,
        }
        try:
            return requests.post(self._url, data=body, timeout=self.TIMEOUT_SECONDS, allow_redirects=False)
        except requests.RequestException as error:
            raise TokenUnavailable(f"Sage ID cannot be reached: {type(error).__name__}") from None


class Tokens:
    """The one token for everyone."""

    def __init__(self, shelf: TokenShelf, fetch: Callable[[], Token], clock: Callable[[], float]) -> None:
        self._shelf = shelf
        self._fetch = fetch
        self._clock = clock
        self._remembered: Token | None = None

    def get(self, *, instead_of: Token | None = None) -> Token:
        """Return a token that may be used, and that is not the one that failed. Raise TokenUnavailable."""
        token = self._remembered
        if token and self._serves(token, instead_of):
            return token
        token = self._shelf.read()
        if not token or not self._serves(token, instead_of):
            token = self._fetch()
            self._shelf.write(token)
        self._remembered = token
        return token

    def _serves(self, token: Token, failed: Token | None) -> bool:
        return token != failed and token.usable(self._clock())
