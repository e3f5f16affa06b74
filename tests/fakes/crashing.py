"""The world outside, as a function sees it that is killed at a chosen moment: just before or just after one operation.

Every operation of a table, a shelf, a baton or a party passes here and is counted. Once dead, nothing is done any more,
whatever the code still tries: Lambda runs no `finally` for a function that it kills.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from connector.aws.lock import Lock, Locks
from connector.delivery.deliver import BankingService
from connector.sage.provider_api import ApiResponse
from connector.sage.tokens import Token, TokenStore
from connector.session.authorisation import Authorisation
from connector.session.store import OutboxEntry
from connector.session.updates import Update
from tests.fakes.system import OutboxStore


class Killed(BaseException):
    """Not an Exception: no code of ours may live on after it."""


@dataclass
class Fate:
    """When to die: at which operation, and whether it still takes effect."""

    at: int
    after: bool
    operations: int = 0
    dead: bool = False

    def do[Result](self, operation: Callable[[], Result]) -> Result:
        """Carry out an operation, or die."""
        if self.dead:
            raise Killed
        self.operations += 1
        mine = self.operations == self.at
        if mine and not self.after:
            self._die()
        try:
            return operation()
        finally:
            if mine:
                self._die()

    def _die(self) -> None:
        self.dead = True
        raise Killed


@dataclass
class CrashingStore:
    store: OutboxStore
    fate: Fate

    def apply(self, update: Update) -> Authorisation:
        return self.fate.do(lambda: self.store.apply(update))

    def find(self, authorisation_id: str) -> Authorisation | None:
        return self.fate.do(lambda: self.store.find(authorisation_id))

    def entries(self) -> Iterator[OutboxEntry]:
        return self.fate.do(self.store.entries)


@dataclass
class CrashingAuthorisationsApi:
    banking_service: BankingService
    fate: Fate

    def patch_authorisation(self, authorisation_id: str, status: str, *, timeout: float) -> ApiResponse:
        return self.fate.do(lambda: self.banking_service.patch_authorisation(authorisation_id, status, timeout=timeout))


@dataclass
class CrashingLocks:
    locks: Locks
    fate: Fate

    def acquire(self, name: str, seconds: float) -> Lock:
        return self.fate.do(lambda: self.locks.acquire(name, seconds))

    def release(self, lock: Lock, *, cool_down: float = 0) -> None:
        self.fate.do(lambda: self.locks.release(lock, cool_down=cool_down))


@dataclass
class CrashingTokenStore:
    token_store: TokenStore
    fate: Fate

    def read(self) -> Token | None:
        return self.fate.do(self.token_store.read)

    def write(self, token: Token) -> None:
        self.fate.do(lambda: self.token_store.write(token))


def every_death(run: Callable[[Fate], Any]) -> int:
    """Call `run` with a death before and after each of its operations, until it has fewer; tell how many it had."""
    at = 0
    while True:
        at += 1
        for after in (False, True):
            fate = Fate(at, after)
            run(fate)
            if not fate.dead:
                return fate.operations
