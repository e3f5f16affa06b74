"""The Sage ID token for the Provider API, shared by all environments: from memory, the token store, or Sage ID.

Sage: a token lasts about 480 minutes, is reused until it expires, and is refreshed on 401; too many requests for tokens
are rate limited. So one environment at a time requests a token, under a lock; the others wait for it in the store.
"""

import random
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import Protocol

from connector.aws.errors import ServiceUnavailableError
from connector.aws.lock import Lock, LockHeldError, Locks


@dataclass(frozen=True, slots=True)
class Token:
    """A bearer token. Times are in seconds since the epoch. Its repr has no value."""

    value: str = field(repr=False)
    expires_at: int
    obtained_at: int = 0
    replacement: bool = field(default=False, compare=False)
    """Whether Sage ID issued it because the token before it was refused, and no request with it was accepted yet."""

    STOP_USING_SECONDS = 60
    START_RENEWING_SECONDS = 3600

    def usable(self, now: float) -> bool:
        """Whether the token is still valid when a request with it arrives."""
        return now < self.expires_at - self.STOP_USING_SECONDS

    def wants_renewal(self, now: float) -> bool:
        """Whether to get the next token: in the last hour, or in the last quarter of a lifetime under four hours."""
        lifetime = self.expires_at - self.obtained_at
        return now >= self.expires_at - min(self.START_RENEWING_SECONDS, lifetime / 4)


class TokenUnavailableError(Exception):
    """There is no token now. The message has no secret."""

    def __init__(self, reason: str, *, retry_after: float | None = None) -> None:
        super().__init__(reason)
        self.retry_after = retry_after
        """Seconds until Sage ID may be tried again, where that is known."""


_COOLING_DOWN = "requests to Sage ID are cooling down after a failure"


class TokenStore(Protocol):
    """The store of the shared token. Both methods raise ServiceUnavailableError."""

    def read(self) -> Token | None:
        """Return the shared token; None where there is none."""

    def write(self, token: Token) -> None:
        """Store a token for all."""


class Tokens:
    """The shared token, for all environments and all threads of one."""

    LOCK = "sage-token"
    LOCK_SECONDS = 20
    """Longer than two requests to Sage ID."""
    WAIT_SECONDS = 5.0
    STEP_SECONDS = 0.25
    COOL_DOWN_SECONDS = 2.0
    """The pause after a failed request; otherwise each waiting environment would repeat it."""
    SUSPICIOUS_SECONDS = 60
    """A replacement refused within this time, and never accepted, shows another cause: no new token would help."""

    def __init__(
        self,
        token_store: TokenStore,
        fetch: Callable[[], Token],
        locks: Locks,
        clock: Callable[[], float],
        pause: Callable[[float], None],
    ) -> None:
        self._token_store = token_store
        self._fetch = fetch
        self._locks = locks
        self._clock = clock
        self._pause = pause
        self._lock = threading.Lock()
        self._remembered: Token | None = None
        self._accepted: Token | None = None

    def accepted(self, token: Token) -> None:
        """Record for all environments that the Provider API accepted a token: it may be replaced when it is refused.

        Only the first acceptance of a replacement says something new.
        """
        if not token.replacement or token == self._accepted:
            return
        self._accepted = token
        # On failure only this environment knows it.
        with suppress(ServiceUnavailableError, LockHeldError):
            self._share_acceptance(token)

    def _share_acceptance(self, token: Token) -> None:
        # Under the lock, because the write must not undo the write of a newer token.
        lock = self._locks.acquire(self.LOCK, self.LOCK_SECONDS)
        try:
            stored = self._token_store.read()
            if stored == token and stored.replacement:
                self._token_store.write(replace(stored, replacement=False))
        finally:
            self._release(lock, 0)

    def get(self, *, instead_of: Token | None = None) -> Token:
        """Return a usable token other than `instead_of`, which was refused.

        Raise TokenUnavailableError.
        """
        remembered = self._remembered
        if remembered and self._serves(remembered, instead_of):
            return remembered
        with self._lock:
            try:
                self._remembered = self._find(instead_of)
            except ServiceUnavailableError as error:
                raise TokenUnavailableError(str(error)) from error
            return self._remembered

    def renew(self) -> bool:
        """Get the next token ahead of time; return whether there is a new one. Raise the same errors as `get`.

        A failure keeps the stored token: it is only ever replaced by a new one.
        """
        with self._lock:
            try:
                current = self._token_store.read()
                if current and not current.wants_renewal(self._clock()):
                    return False
                self._remembered = self._obtain(lambda token: not token.wants_renewal(self._clock()))
            except ServiceUnavailableError as error:
                raise TokenUnavailableError(str(error)) from error
            except LockHeldError as held:
                if held.cooling_down:
                    raise TokenUnavailableError(_COOLING_DOWN, retry_after=held.seconds) from None
                return False
            return True

    def _find(self, failed: Token | None) -> Token:
        give_up_at = self._clock() + self.WAIT_SECONDS
        while True:
            token = self._token_store.read()
            if token and self._serves(token, failed):
                return token
            # The stored token knows what another environment learned of it.
            self._check(token if token == failed else failed)
            try:
                return self._obtain(lambda token: self._serves(token, failed), replacement=failed is not None)
            except LockHeldError as held:
                if held.cooling_down or self._clock() + self.STEP_SECONDS > give_up_at:
                    reason = _COOLING_DOWN if held.cooling_down else "another environment is still waiting for Sage ID"
                    raise TokenUnavailableError(reason, retry_after=held.seconds) from None
            self._pause(self.STEP_SECONDS * random.uniform(0.5, 1))  # noqa: S311 - spreads callers, protects nothing

    def _check(self, failed: Token | None) -> None:
        """Raise TokenUnavailableError where another token would be refused like the one before it."""
        if failed is None or not failed.replacement or failed == self._accepted:
            return
        left = failed.obtained_at + self.SUSPICIOUS_SECONDS - self._clock()
        if left > 0:
            raise TokenUnavailableError("new tokens are not accepted: is the API key right?", retry_after=left)

    def _obtain(self, serves: Callable[[Token], bool], *, replacement: bool = False) -> Token:
        """Request a token under the lock, unless the lock's last holder stored one.

        Raise LockHeldError, TokenUnavailableError or ServiceUnavailableError.
        """
        lock = self._locks.acquire(self.LOCK, self.LOCK_SECONDS)
        cool_down = 0.0
        try:
            token = self._token_store.read()
            if not token or not serves(token):
                token = replace(self._fetch(), replacement=replacement)
                self._share(token)
        except TokenUnavailableError as unavailable:
            cool_down = max(unavailable.retry_after or 0, self.COOL_DOWN_SECONDS)
            raise
        finally:
            self._release(lock, cool_down)
        return token

    def _share(self, token: Token) -> None:
        # On failure the token stays usable in this environment; another one stores its own.
        with suppress(ServiceUnavailableError):
            self._token_store.write(token)

    def _release(self, lock: Lock, cool_down: float) -> None:
        # On failure the lock expires.
        with suppress(ServiceUnavailableError):
            self._locks.release(lock, cool_down=cool_down)

    def _serves(self, token: Token, failed: Token | None) -> bool:
        return token != failed and token.usable(self._clock())
