"""The relay of the outbox: deliver each outcome that is due, whose customer no longer waits for it.

A customer closed the tab, a function was killed, or Banking Service was not available.
"""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass

from connector.aws.lock import Locks
from connector.delivery.deliver import Delivery
from connector.session.store import Outbox


@dataclass(frozen=True, slots=True)
class RelayReport:
    """The result of one run."""

    tried: int
    """The number of entries whose delivery was attempted."""
    undelivered: int
    """The number of entries that are left in the outbox."""
    oldest_seconds: int
    """The time since the oldest of them was decided."""
    failures: tuple[Exception, ...]
    """Errors of single entries: a fault of the connector, or of the table."""


@dataclass(frozen=True)
class Relay:
    """Attempts each entry that is due once. The lock excludes a second run at the same time.

    The attempts run in parallel: an entry that waits or fails does not delay the others. An entry that no time was left
    for is the first of the next run, because the outbox is ordered by due time.
    """

    outbox: Outbox
    delivery: Delivery
    locks: Locks
    clock: Callable[[], float]
    time_left: Callable[[], float]
    workers: int = 10

    LOCK = "delivery-relay"

    def __call__(self, stop_before: float) -> RelayReport:
        """Run until each entry was attempted, or until `stop_before` seconds before the end of the invocation.

        The lock expires with the invocation. Raise LockHeldError or ServiceUnavailableError.
        """
        lock = self.locks.acquire(self.LOCK, self.time_left())
        try:
            attempts = self._attempt_all(stop_before)
        finally:
            self.locks.release(lock)
        left = list(self.outbox.entries())
        now = int(self.clock())
        return RelayReport(
            tried=sum(attempt.result() for attempt in attempts if not attempt.exception()),
            undelivered=len(left),
            oldest_seconds=max((now - entry.decided_at for entry in left), default=0),
            failures=tuple(error for attempt in attempts if isinstance(error := attempt.exception(), Exception)),
        )

    def _attempt_all(self, stop_before: float) -> list[Future[bool]]:
        def attempt(authorisation_id: str) -> bool:
            if self.time_left() < stop_before:
                return False
            self.delivery.acquire_and_deliver(authorisation_id, until=self.clock())
            return True

        now = self.clock()
        due = (entry.authorisation_id for entry in self.outbox.entries() if entry.due <= now)
        with ThreadPoolExecutor(self.workers) as pool:
            return [pool.submit(attempt, authorisation_id) for authorisation_id in due]
