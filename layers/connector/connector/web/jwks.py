"""The public keys of a token issuer: a JWK Set (RFC 7517), cached, read again for a key id that is not in it."""

from collections.abc import Callable
from dataclasses import dataclass, field

import requests
from joserfc.errors import JoseError
from joserfc.jwk import JWKRegistry, Key, KeySet, RSAKey

SMALLEST_RSA_KEY = 2048
"""Bits (RFC 7518 section 3.3)."""


class KeysUnavailableError(Exception):
    """The issuer's keys cannot be read now. Whether the issuer has the key is unknown."""


@dataclass
class Jwks:
    """The key set of one issuer.

    A token names its key. Where anybody can send a token, a made-up key id must not become a request to the issuer:
    after a request there is no other for `refetch_seconds`. After a failed request the pause is RETRY_SECONDS, but only
    for a key that is not in the set. The keys in the set remain in use while the issuer cannot be reached.
    """

    clock: Callable[[], float]
    refetch_seconds: float = 10
    attempts: int = 2
    """How often one call requests the set, where it lacks the key."""

    FRESH_SECONDS = 3600
    RETRY_SECONDS = 1

    _keys: KeySet = field(default_factory=lambda: KeySet([]), init=False)
    _fetched_at: float = field(default=float("-inf"), init=False)
    _tried_at: float = field(default=float("-inf"), init=False)

    def keys(self, key_id: str | None, fetch: Callable[[], object]) -> KeySet:
        """Return the key set, for a token that names `key_id` or no key. Raise KeysUnavailableError.

        `fetch` returns the issuer's JSON, or raises requests.RequestException or ValueError. It must end in time.
        """
        if not self._has(key_id):
            pause = min(self.RETRY_SECONDS, self.refetch_seconds) if self._failed else self.refetch_seconds
            self._refresh(fetch, pause, self.attempts)
        elif self.clock() - self._fetched_at >= self.FRESH_SECONDS:
            self._refresh(fetch, self.refetch_seconds, 1)
        if self._failed and not self._has(key_id):
            raise KeysUnavailableError("the public keys of the token's issuer cannot be read")
        return self._keys

    def _has(self, key_id: str | None) -> bool:
        return any(key_id in (key.kid, None) for key in self._keys)

    @property
    def _failed(self) -> bool:
        return self._fetched_at < self._tried_at

    def _refresh(self, fetch: Callable[[], object], pause: float, attempts: int) -> None:
        if self.clock() - self._tried_at < pause:
            return
        found = next(filter(None, (_key_set(fetch) for _ in range(attempts))), None)
        self._tried_at = self.clock()
        if found:
            self._keys, self._fetched_at = found, self._tried_at


def _key_set(fetch: Callable[[], object]) -> KeySet:
    """Return the keys that can be used; an empty set where there is none, or no answer."""
    try:
        published = fetch()
    except (requests.RequestException, ValueError, RecursionError):
        return KeySet([])
    entries = published.get("keys") if isinstance(published, dict) else None
    return KeySet([key for key in map(_key, entries) if key] if isinstance(entries, list) else [])


def _key(entry: object) -> Key | None:
    """Read one key. An entry that cannot be used is ignored (RFC 7517 section 5)."""
    try:
        key = JWKRegistry.import_key(entry)  # type: ignore[arg-type]  # it raises TypeError for another type
        too_short = isinstance(key, RSAKey) and key.raw_value.key_size < SMALLEST_RSA_KEY
    except (JoseError, ValueError, TypeError, KeyError, AttributeError):
        return None
    return None if too_short else key
