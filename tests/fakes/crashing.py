"""Adapters of a function that is killed at a chosen moment: just before or just after one operation.

Each operation of a table, a token store, a lock or the Provider API is counted. After the crash no operation has an
effect: Lambda runs no `finally` for a function that it kills.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from connector.aws.lock import Lock, Locks
from connector.delivery.deliver import AuthorisationsApi
from connector.sage.api_response import ApiResponse
from connector.sage.tokens import Token, TokenStore
from connector.session.authorisation import Authorisation
from connector.session.store import OutboxEntry
from connector.session.update import Update
from tests.fakes.system import OutboxStore


class Killed(BaseException):
    """The function was killed. A BaseException, so that no code of the product handles it."""


@dataclass
class Crash:
    """A crash at the operation `at`, before it or `after` it took effect."""

    at: int
    after: bool
    operations: int = 0
    happened: bool = False

    def do[Result](self, operation: Callable[[], Result]) -> Result:
        """Carry out an operation, or crash."""
        if self.happened:
            raise Killed
        self.operations += 1
        here = self.operations == self.at
        if here and not self.after:
            self._kill()
        try:
            return operation()
        finally:
            if here:
                self._kill()

    def _kill(self) -> None:
        self.happened = True
        raise Killed


@dataclass
class CrashingStore:
    store: OutboxStore
    crash: Crash

    def apply(self, update: Update) -> Authorisation:
        return self.crash.do(lambda: self.store.apply(update))

    def find(self, authorisation_id: str) -> Authorisation | None:
        return self.crash.do(lambda: self.store.find(authorisation_id))

    def entries(self) -> Iterator[OutboxEntry]:
        return self.crash.do(self.store.entries)


@dataclass
class CrashingAuthorisationsApi:
    authorisations: AuthorisationsApi
    crash: Crash

    def patch_authorisation(self, authorisation_id: str, status: str, *, timeout: float) -> ApiResponse:
        return self.crash.do(lambda: self.authorisations.patch_authorisation(authorisation_id, status, timeout=timeout))


@dataclass
class CrashingLocks:
    locks: Locks
    crash: Crash

    def acquire(self, name: str, seconds: float) -> Lock:
        return self.crash.do(lambda: self.locks.acquire(name, seconds))

    def release(self, lock: Lock, *, cool_down: float = 0) -> None:
        self.crash.do(lambda: self.locks.release(lock, cool_down=cool_down))


@dataclass
class CrashingTokenStore:
    token_store: TokenStore
    crash: Crash

    def read(self) -> Token | None:
        return self.crash.do(self.token_store.read)

    def write(self, token: Token) -> None:
        self.crash.do(lambda: self.token_store.write(token))


def every_crash(run: Callable[[Crash], Any]) -> int:
    """Call `run` with a crash before and after each of its operations. Return the number of its operations."""
    at = 0
    while True:
        at += 1
        for after in (False, True):
            crash = Crash(at, after)
            run(crash)
            if not crash.happened:
                return crash.operations
