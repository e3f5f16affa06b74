"""The sweep: deliver what nobody waits for any more. A closed tab, a killed function, an outage end here."""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass

from connector.aws.lock import Locks
from connector.delivery.deliver import Delivery
from connector.session.store import Outbox


@dataclass(frozen=True, slots=True)
class RelayReport:
    """What a sweep left behind."""

    tried: int
    undelivered: int
    oldest_seconds: int
    """Since the oldest of what is still owed was decided."""
    failures: tuple[Exception, ...]
    """What no attempt may raise: faults of ours, or of the table."""


class Relay:
    """Tries everything that is due, once, and never two sweeps at a time.

    Those who wait for their turn, for Banking Service or for the table wait side by side, so that one bad item holds up
    nobody. What no time is left for is still the first to be due when the next sweep begins.
    """

    LOCK = "delivery-sweep"
    WORKERS = 10

    def __init__(  # noqa: PLR0913 - the world outside, and the time that it grants
        self,
        outbox: Outbox,
        delivery: Delivery,
        locks: Locks,
        clock: Callable[[], float],
        time_left: Callable[[], float],
        *,
        workers: int = WORKERS,
    ) -> None:
        self._outbox = outbox
        self._delivery = delivery
        self._locks = locks
        self._clock = clock
        self._time_left = time_left
        self._workers = workers

    def __call__(self, stop_before: float) -> RelayReport:
        """Sweep until all is tried, or `stop_before` seconds before Lambda ends it. Raise Held or Outage.

        Should the invocation die, its baton ends with the time that it was given.
        """
        lock = self._locks.acquire(self.LOCK, self._time_left())
        try:
            tried = self._sweep(stop_before)
        finally:
            self._locks.release(lock)
        left = list(self._outbox.entries())
        now = self._clock()
        return RelayReport(
            tried=sum(attempt.result() for attempt in tried if not attempt.exception()),
            undelivered=len(left),
            oldest_seconds=max((int(now) - entry.decided_at for entry in left), default=0),
            failures=tuple(error for attempt in tried if isinstance(error := attempt.exception(), Exception)),
        )

    def _sweep(self, stop_before: float) -> list[Future[bool]]:
        def attempt(authorisation_id: str) -> bool:
            if self._time_left() < stop_before:
                return False
            self._delivery.collect(authorisation_id, until=self._clock())
            return True

        now = self._clock()
        with ThreadPoolExecutor(self._workers) as pool:
            return [
                pool.submit(attempt, entry.authorisation_id) for entry in self._outbox.entries() if entry.due <= now
            ]
