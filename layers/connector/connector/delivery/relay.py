"""The relay of the outbox: deliver each outcome that is due, whose customer no longer waits for it.

A customer closed the tab, a function was killed, or Banking Service was not available.
"""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field

from connector.aws.lock import Locks
from connector.delivery.deliver import Delivery
from connector.session.authorisation import Authorisation
from connector.session.store import Outbox

_NEVER = float("inf")


@dataclass(frozen=True, slots=True)
class RelayReport:
    """The result of one run."""

    tried: int
    """The number of entries whose delivery was attempted, once or more often."""
    undelivered: int
    """The number of entries that are left in the outbox."""
    oldest_seconds: int
    """The time since the oldest of them was decided."""
    failures: tuple[Exception, ...]
    """Errors of single entries: a fault of the connector, or of the table."""


@dataclass(frozen=True)
class Relay:
    """Attempts each entry when it is due. The lock excludes a second run at the same time.

    An entry that is postponed is tried again in the same run, if it is due before the run must stop. So a run lasts as
    long as an entry is due soon. Attempts run in parallel, so that a slow one does not delay the others. The next run
    begins with the entries that this run had no time for.
    """

    outbox: Outbox
    delivery: Delivery
    locks: Locks
    clock: Callable[[], float]
    pause: Callable[[float], None]
    time_left: Callable[[], float]
    """Seconds until Lambda ends the invocation."""
    workers: int = 10

    LOCK = "delivery-relay"
    QUERY_SECONDS = (1.0, 5.0)
    """The shortest and the longest pause between two queries of the outbox, while no attempt is running."""

    def __call__(self, stop_before: float) -> RelayReport:
        """Run until no entry is due soon, or `stop_before` seconds before Lambda ends the invocation.

        Raise LockHeldError or ServiceUnavailableError. If the invocation dies, its lock expires when Lambda's time-out
        would have ended it.
        """
        lock = self.locks.acquire(self.LOCK, self.time_left())
        attempts = _Attempts()
        try:
            self._run(attempts, stop_before)
        finally:
            self.locks.release(lock)
        left = list(self.outbox.entries())
        now = self.clock()
        return RelayReport(
            tried=len(attempts.tried),
            undelivered=len(left),
            oldest_seconds=max((int(now) - entry.decided_at for entry in left), default=0),
            failures=attempts.failures(),
        )

    def _run(self, attempts: "_Attempts", stop_before: float) -> None:
        def attempt(authorisation_id: str) -> Authorisation | None:
            if self.time_left() < stop_before:
                return None
            attempts.tried.add(authorisation_id)
            return self.delivery.acquire_and_deliver(authorisation_id, until=self.clock())

        shortest, longest = self.QUERY_SECONDS
        with ThreadPoolExecutor(self.workers) as pool:
            while (left := self.time_left() - stop_before) > 0:
                now = self.clock()
                running = attempts.running()
                next_due = _NEVER
                for entry in self.outbox.entries():
                    due = max(entry.due, attempts.next_due(entry.authorisation_id))
                    if due <= now:
                        started = attempts.last[entry.authorisation_id] = pool.submit(attempt, entry.authorisation_id)
                        running.append(started)
                    else:
                        next_due = min(next_due, due)
                if running:
                    wait(running, timeout=longest)
                elif next_due - now < left:
                    self.pause(min(max(next_due - now, shortest), longest))
                else:
                    return


@dataclass
class _Attempts:
    """The attempts of one run."""

    tried: set[str] = field(default_factory=set)
    last: dict[str, Future[Authorisation | None]] = field(default_factory=dict)
    """The last attempt for each authorisation id."""

    def running(self) -> list[Future[Authorisation | None]]:
        return [attempt for attempt in self.last.values() if not attempt.done()]

    def failures(self) -> tuple[Exception, ...]:
        errors = [attempt.exception() for attempt in self.last.values()]
        return tuple(error for error in errors if isinstance(error, Exception))

    def next_due(self, authorisation_id: str) -> float:
        """Return when the entry is due as far as its last attempt knows, in seconds since the epoch.

        The index of the outbox is eventually consistent: it can still list an entry as due that was just postponed.
        An entry whose attempt failed waits for the next run.
        """
        attempt = self.last.get(authorisation_id)
        if attempt is None:
            return 0
        if not attempt.done() or attempt.exception():
            return _NEVER
        found = attempt.result()
        return found.delivery_due or _NEVER if found and found.undelivered else _NEVER
