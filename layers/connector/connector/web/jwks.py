"""The public keys of a token issuer: a JWK Set (RFC 7517), cached, read again for a key id that is not in it."""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

import requests
from joserfc.errors import JoseError
from joserfc.jwk import JWKRegistry, Key, KeySet, RSAKey

SMALLEST_RSA_KEY = 2048
"""Bits (RFC 7518 section 3.3)."""


class KeysUnavailableError(Exception):
    """The issuer's keys cannot be read now, or not again so soon. Whether the issuer has the key is unknown."""


@dataclass
class Jwks:
    """The key set of one issuer.

    A token names its key. Where anybody can send a token, made-up key ids must not become many requests to the issuer:
    in BURST times `refetch_seconds` there are at most BURST requests. After a failed request the pause is
    RETRY_SECONDS, but only for a key that is not in the set. While the issuer cannot be reached, or publishes no key,
    the keys in the set remain in use for MAX_AGE_SECONDS: after that a key that the issuer withdrew is not trusted.
    """

    clock: Callable[[], float]
    refetch_seconds: float = 10
    """The mean time between two requests."""
    attempts: int = 2
    """How often one call requests the set, where it lacks the key."""

    FRESH_SECONDS = 3600
    MAX_AGE_SECONDS = 8 * 3600
    """As long as a Sage ID token lives: until then, a token that was issued before Sage ID failed can be verified."""
    RETRY_SECONDS = 1
    BURST = 5

    _keys: KeySet = field(default_factory=lambda: KeySet([]), init=False)
    _fetched_at: float = field(default=float("-inf"), init=False)
    _tries: deque[float] = field(default_factory=lambda: deque([float("-inf")] * Jwks.BURST, Jwks.BURST), init=False)
    """When the key set was last requested; oldest first."""

    def keys(self, key_id: str | None, fetch: Callable[[], object]) -> KeySet:
        """Return the key set, for a token that names `key_id` or no key. Raise KeysUnavailableError.

        `fetch` returns the issuer's JSON, or raises requests.RequestException or ValueError. It must end in time.
        """
        if self._has(key_id):
            if self._age >= self.FRESH_SECONDS and self._is_past(self._tries[-1], self.refetch_seconds):
                self._refresh(fetch, 1)
        elif not (self._may_look_up and self._refresh(fetch, self.attempts)):
            raise KeysUnavailableError("the public keys of the token's issuer cannot be read now")
        return self._keys

    @property
    def _age(self) -> float:
        return self.clock() - self._fetched_at

    def _has(self, key_id: str | None) -> bool:
        return self._age < self.MAX_AGE_SECONDS and any(key_id in (key.kid, None) for key in self._keys)

    @property
    def _may_look_up(self) -> bool:
        """Whether the key set may be requested for a key that is not in it."""
        if self._fetched_at < self._tries[-1]:
            return self._is_past(self._tries[-1], min(self.RETRY_SECONDS, self.refetch_seconds))
        return self._is_past(self._tries[0], self.BURST * self.refetch_seconds)

    def _is_past(self, time: float, seconds: float) -> bool:
        return self.clock() - time >= seconds

    def _refresh(self, fetch: Callable[[], object], attempts: int) -> bool:
        """Request the key set; tell whether there was one."""
        found = next(filter(None, (_key_set(fetch) for _ in range(attempts))), None)
        self._tries.append(self.clock())
        if found is None:
            return False
        self._keys, self._fetched_at = found, self._tries[-1]
        return True


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
