"""Whether a notification really comes from Banking Service: the shared header and the Sage ID token, both.

Sage: providers "must validate the API key header and Sage ID token sent in any notification".
"""

import hmac
from collections.abc import Callable, Mapping

import requests
from joserfc import jws, jwt
from joserfc.errors import JoseError
from joserfc.jwk import RSAKey

from connector.aws.credentials import Credentials, Vault
from connector.runtime.deadline import call_with_deadline


class NotAuthenticatedError(Exception):
    """The caller did not prove to be Banking Service. The message is for our log, never for the caller."""


class KeysUnavailableError(Exception):
    """Sage ID's public keys cannot be had just now."""


class Jwks:
    """Sage ID's public keys (RFC 7517), cached, and fetched again for a key id that is not among them.

    Not more often than every ten seconds: a stranger's made-up key id must not become a request to Sage ID. A fetch
    that failed is repeated at once, and after a second, but only for a key that we lack: keys that we have outlive an
    hour in which Sage ID cannot be reached, and nobody waits for it.
    """

    FRESH_SECONDS = 3600
    REFETCH_SECONDS = 10
    RETRY_SECONDS = 1
    TIMEOUT_SECONDS = 3.0
    SMALLEST_KEY_BITS = 2048

    def __init__(self, url: str, clock: Callable[[], float]) -> None:
        self._url = url
        self._clock = clock
        self._keys: dict[str, RSAKey] = {}
        self._fetched_at = self._tried_at = float("-inf")

    def key(self, key_id: str) -> RSAKey:
        """Return the key. Raise NotAuthenticatedError or KeysUnavailableError."""
        lacking = key_id not in self._keys
        if lacking or self._clock() - self._fetched_at >= self.FRESH_SECONDS:
            self._refresh(lacking=lacking)
        if key_id in self._keys:
            return self._keys[key_id]
        if self._failed:
            raise KeysUnavailableError("Sage ID's keys could not be fetched")
        raise NotAuthenticatedError("the token names a key that Sage ID does not have")

    @property
    def _failed(self) -> bool:
        return self._fetched_at < self._tried_at

    def _refresh(self, *, lacking: bool) -> None:
        cool_down = self.RETRY_SECONDS if lacking and self._failed else self.REFETCH_SECONDS
        if self._clock() - self._tried_at < cool_down:
            return
        found = self._fetch() or (self._fetch() if lacking else {})
        self._tried_at = self._clock()
        if found:
            self._keys, self._fetched_at = found, self._tried_at

    def _fetch(self) -> dict[str, RSAKey]:
        """Return the keys that we can use; none where Sage ID did not tell any."""
        try:
            published = call_with_deadline(self.TIMEOUT_SECONDS, self._published)
        except (requests.RequestException, ValueError, RecursionError):
            return {}
        entries = published.get("keys") if isinstance(published, dict) else None
        keys = map(_rsa_key, entries) if isinstance(entries, list) else ()
        return {str(key.kid): key for key in keys if key and key.raw_value.key_size >= self.SMALLEST_KEY_BITS}

    def _published(self) -> object:
        answer = requests.get(self._url, timeout=self.TIMEOUT_SECONDS, allow_redirects=False)
        published: object = answer.json() if answer.status_code == requests.codes.ok else None
        return published


def _rsa_key(entry: object) -> RSAKey | None:
    """Read one key of a set. One that we cannot use is no reason to be without the others (RFC 7517 section 5)."""
    if not isinstance(entry, dict) or entry.get("kty") != "RSA" or not isinstance(entry.get("kid"), str):
        return None
    try:
        return RSAKey.import_key(entry)
    except (JoseError, ValueError, TypeError, KeyError):
        return None


class _Registry(jws.JWSRegistry):
    """A token's header may hold what we do not know (RFC 7515 section 4), such as a chain of certificates."""

    max_header_length = 8192


_REGISTRY = _Registry(algorithms=["RS256"], strict_check_header=False)
"""RS256 and nothing else: `none`, and the confusion of a public key with a shared secret, end here."""


class NotificationVerifier:
    """Checks both proofs of a notification."""

    CLOCK_SKEW_SECONDS = 60

    def __init__(  # noqa: PLR0913 - each is one thing that is checked, or what it is checked with
        self,
        *,
        header_name: str,
        issuer: str,
        audience: str,
        credentials: Vault[Credentials],
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
        """Raise NotAuthenticatedError unless both proofs hold. `headers` has names in lower case."""
        self._check_header(headers.get(self._header_name, ""))
        scheme, _, token = headers.get("authorization", "").partition(" ")
        if scheme.lower() != "bearer" or not token:
            raise NotAuthenticatedError("no bearer token")
        self._check_token(token.strip())

    def _check_header(self, value: str) -> None:
        if not _is_shared(value, self._credentials.get()) and not _is_shared(value, self._credentials.reload()):
            raise NotAuthenticatedError("the shared header is missing or wrong")

    def _check_token(self, token: str) -> None:
        registry = jwt.JWTClaimsRegistry(
            now=int(self._clock()),
            leeway=self.CLOCK_SKEW_SECONDS,
            iss={"essential": True, "value": self._issuer},
            aud={"essential": True, "value": self._audience},
            exp={"essential": True},
        )
        try:
            key_id = jws.extract_compact(token.encode(), registry=_REGISTRY).headers().get("kid")
            if not isinstance(key_id, str):
                raise NotAuthenticatedError("the token names no key")
            registry.validate(jwt.decode(token, self._jwks.key(key_id), registry=_REGISTRY).claims)
        except (JoseError, ValueError, TypeError, RecursionError) as error:
            raise NotAuthenticatedError(f"the token does not hold: {type(error).__name__}") from error


def _is_shared(value: str, credentials: Credentials) -> bool:
    """Compare in constant time with the current value and, during a rotation, the previous one."""
    current = hmac.compare_digest(value.encode(), credentials.notification_header_value.encode())
    previous = credentials.notification_header_value_previous
    return current | (previous is not None and hmac.compare_digest(value.encode(), previous.encode()))
