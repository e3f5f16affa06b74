"""Whether a notification really comes from Banking Service: the shared header and the Sage ID token, both.

Sage: providers "must validate the API key header and Sage ID token sent in any notification".
"""

import hmac
from collections.abc import Callable, Mapping

import requests
from joserfc import jws, jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet, RSAKey

from connector.credentials import Credentials, CredentialsVault


class NotAuthenticated(Exception):  # noqa: N818 - an answer to the caller, not an error of the program
    """The caller did not prove to be Banking Service. The message is for our log, never for the caller."""


class KeysUnavailable(Exception):  # noqa: N818 - names the state, as the caller's 503 does
    """Sage ID's public keys cannot be had just now."""


class Jwks:
    """Sage ID's public keys (RFC 7517), cached, and fetched again for a key id that is not among them.

    Not more often than every ten seconds: a stranger's made-up key id must not become a request to Sage ID. What failed
    is tried again at once, and then every second. Keys that we have outlive an hour in which Sage ID cannot be reached.
    """

    FRESH_SECONDS = 3600
    REFETCH_SECONDS = 10
    RETRY_SECONDS = 1
    TIMEOUT_SECONDS = (2, 3)

    def __init__(self, url: str, clock: Callable[[], float]) -> None:
        self._url = url
        self._clock = clock
        self._keys: dict[str, RSAKey] = {}
        self._fetched_at = self._tried_at = float("-inf")

    def key(self, key_id: str) -> RSAKey:
        """Return the key. Raise NotAuthenticated where Sage ID has no such key, KeysUnavailable where nobody knows."""
        now = self._clock()
        stale = now - self._fetched_at >= self.FRESH_SECONDS
        failed = self._fetched_at < self._tried_at
        waited = now - self._tried_at >= (self.RETRY_SECONDS if failed else self.REFETCH_SECONDS)
        if (stale or key_id not in self._keys) and waited:
            self._tried_at = now
            if not self._fetch(now):
                self._fetch(now)
        if key_id in self._keys:
            return self._keys[key_id]
        if self._fetched_at < self._tried_at:
            raise KeysUnavailable("Sage ID's keys could not be fetched")
        raise NotAuthenticated("the token names a key that Sage ID does not have")

    def _fetch(self, now: float) -> bool:
        try:
            answer = requests.get(self._url, timeout=self.TIMEOUT_SECONDS, allow_redirects=False)
            answer.raise_for_status()
            found = KeySet.import_key_set(answer.json()).keys
        except (requests.RequestException, ValueError, KeyError, JoseError):
            return False
        self._keys = {key.kid: key for key in found if isinstance(key, RSAKey) and key.kid}
        self._fetched_at = now
        return True


class Doorkeeper:
    """Checks both proofs of a notification."""

    CLOCK_SKEW_SECONDS = 60

    def __init__(  # noqa: PLR0913 - each is one thing that is checked, or what it is checked with
        self,
        *,
        header_name: str,
        issuer: str,
        audience: str,
        credentials: CredentialsVault,
        jwks: Jwks,
        clock: Callable[[], float],
    ) -> None:
        self._header_name = header_name.lower()
        self._credentials = credentials
        self._jwks = jwks
        self._clock = clock
        self._issuer = issuer
        self._audience = audience

    def check(self, headers: Mapping[str, str]) -> None:
        """Raise NotAuthenticated unless both proofs hold. `headers` has names in lower case."""
        self._check_header(headers.get(self._header_name, ""))
        scheme, _, token = headers.get("authorization", "").partition(" ")
        if scheme.lower() != "bearer" or not token:
            raise NotAuthenticated("no bearer token")
        self._check_token(token.strip())

    def _check_header(self, value: str) -> None:
        if not _is_shared(value, self._credentials.get()) and not _is_shared(value, self._credentials.reload()):
            raise NotAuthenticated("the shared header is missing or wrong")

    def _check_token(self, token: str) -> None:
        registry = jwt.JWTClaimsRegistry(
            now=int(self._clock()),
            leeway=self.CLOCK_SKEW_SECONDS,
            iss={"essential": True, "value": self._issuer},
            aud={"essential": True, "value": self._audience},
            exp={"essential": True},
        )
        try:
            key_id = jws.extract_compact(token.encode()).headers().get("kid")
            if not isinstance(key_id, str):
                raise NotAuthenticated("the token names no key")
            # RS256 and nothing else: `none` and the confusion of a public key with a shared secret end here.
            registry.validate(jwt.decode(token, self._jwks.key(key_id), algorithms=["RS256"]).claims)
        except (JoseError, ValueError) as error:
            raise NotAuthenticated(f"the token does not hold: {type(error).__name__}") from error


def _is_shared(value: str, credentials: Credentials) -> bool:
    """Compare in constant time with the current value and, during a rotation, the previous one."""
    current = hmac.compare_digest(value.encode(), credentials.notification_header_value.encode())
    previous = credentials.notification_header_value_previous
    return current | (previous is not None and hmac.compare_digest(value.encode(), previous.encode()))
