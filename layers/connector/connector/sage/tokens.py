"""The Sage ID token that the Provider API wants, one for everyone: from memory, else the shelf, else Sage ID.

Sage: a token lasts about 480 minutes, is reused until it expires, and is refreshed on 401; who asks for too many is
rate limited. So one environment at a time asks, under a baton, and the others wait for what it puts on the shelf.
"""

import random
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from threading import Lock
from typing import Protocol

from connector.aws.errors import Outage
from connector.aws.lock import Baton, Batons, Held


@dataclass(frozen=True, slots=True)
class Token:
    """A bearer token. Times are in seconds since the epoch. It does not print itself."""

    value: str = field(repr=False)
    expires_at: int
    obtained_at: int = 0
    replacement: bool = False
    """Whether it was obtained because the one before it was not accepted."""

    STOP_USING_SECONDS = 60
    START_RENEWING_SECONDS = 3600

    def usable(self, now: float) -> bool:
        """Whether it will still be accepted by the time it arrives."""
        return now < self.expires_at - self.STOP_USING_SECONDS

    def wants_renewal(self, now: float) -> bool:
        """Whether it is time to get the next one: an hour before the end, or in the last quarter of a short life."""
        lifetime = self.expires_at - self.obtained_at
        return now >= self.expires_at - min(self.START_RENEWING_SECONDS, lifetime / 4)


class TokenUnavailable(Exception):  # noqa: N818 - names the state; the caller goes on without a token
    """No token can be had just now. The message holds no secret."""

    def __init__(self, because: str, *, retry_after: float | None = None) -> None:
        super().__init__(because)
        self.retry_after = retry_after
        """Seconds after which it is worth asking again, where that is known."""


class TokenShelf(Protocol):
    """Where the token lies that all share. Both raise Outage."""

    def read(self) -> Token | None:
        """Return the shared token, if there is one."""

    def write(self, token: Token) -> None:
        """Share a token."""


class Tokens:
    """The one token for everyone; for all threads of an environment too."""

    BATON = "sage-token"
    BATON_SECONDS = 20
    """Longer than Sage ID may take, twice."""
    WAIT_SECONDS = 5.0
    STEP_SECONDS = 0.25
    REST_SECONDS = 2.0
    """How long nobody asks Sage ID after it failed: those who wait would otherwise do so one after the other."""
    SUSPICIOUS_SECONDS = 60
    """A replacement that was never accepted, so soon, is not the token's fault. Another would change nothing."""

    def __init__(
        self,
        shelf: TokenShelf,
        fetch: Callable[[], Token],
        batons: Batons,
        clock: Callable[[], float],
        pause: Callable[[float], None],
    ) -> None:
        self._shelf = shelf
        self._fetch = fetch
        self._batons = batons
        self._clock = clock
        self._pause = pause
        self._lock = Lock()
        self._remembered: Token | None = None
        self._accepted: Token | None = None

    def accepted(self, token: Token) -> None:
        """Learn that a token was accepted: if it fails later, it is the token's fault."""
        self._accepted = token

    def get(self, *, instead_of: Token | None = None) -> Token:
        """Return a token that may be used, and that is not the one that failed. Raise TokenUnavailable."""
        remembered = self._remembered
        if remembered and self._serves(remembered, instead_of):
            return remembered
        with self._lock:
            try:
                self._remembered = self._find(instead_of)
            except Outage as outage:
                raise TokenUnavailable(str(outage)) from outage
            return self._remembered

    def renew(self) -> bool:
        """Get the next token ahead of time; return whether there is a new one. Raise TokenUnavailable.

        Whatever goes wrong, the token that is there stays: it is replaced by a new one, never taken away.
        """
        with self._lock:
            try:
                current = self._shelf.read()
                if current and not current.wants_renewal(self._clock()):
                    return False
                self._remembered = self._obtain(lambda token: not token.wants_renewal(self._clock()))
            except Outage as outage:
                raise TokenUnavailable(str(outage)) from outage
            except Held as held:
                if held.resting:
                    raise TokenUnavailable("Sage ID is left alone for a while", retry_after=held.seconds) from None
                return False
            return True

    def _find(self, failed: Token | None) -> Token:
        give_up_at = self._clock() + self.WAIT_SECONDS
        while True:
            token = self._shelf.read()
            if token and self._serves(token, failed):
                return token
            self._check(failed)
            try:
                return self._obtain(lambda token: self._serves(token, failed), replacement=failed is not None)
            except Held as held:
                if held.resting or self._clock() + self.STEP_SECONDS > give_up_at:
                    because = "Sage ID is left alone for a while" if held.resting else "another is still asking Sage ID"
                    raise TokenUnavailable(because, retry_after=held.seconds) from None
            self._pause(self.STEP_SECONDS * random.uniform(0.5, 1))  # noqa: S311 - spreads callers, protects nothing

    def _check(self, failed: Token | None) -> None:
        """Raise TokenUnavailable where another token would fare no better than the one that failed."""
        if failed is None or not failed.replacement or failed == self._accepted:
            return
        left = failed.obtained_at + self.SUSPICIOUS_SECONDS - self._clock()
        if left > 0:
            raise TokenUnavailable("new tokens are not accepted: is the API key right?", retry_after=left)

    def _obtain(self, serves: Callable[[Token], bool], *, replacement: bool = False) -> Token:
        """Ask Sage ID, unless whoever had the baton before us did so. Raise Held, TokenUnavailable or Outage."""
        baton = self._batons.take(self.BATON, self.BATON_SECONDS)
        rest = 0.0
        try:
            token = self._shelf.read()
            if not token or not serves(token):
                token = replace(self._fetch(), replacement=replacement)
                self._share(token)
        except TokenUnavailable as unavailable:
            rest = max(unavailable.retry_after or 0, self.REST_SECONDS)
            raise
        finally:
            self._put_down(baton, rest)
        return token

    def _share(self, token: Token) -> None:
        # If that fails, the token is good and in our memory; whoever else needs one will try to share theirs.
        with suppress(Outage):
            self._shelf.write(token)

    def _put_down(self, baton: Baton, rest: float) -> None:
        # If that fails, it expires by itself.
        with suppress(Outage):
            self._batons.put_down(baton, rest=rest)

    def _serves(self, token: Token, failed: Token | None) -> bool:
        return token != failed and token.usable(self._clock())
