"""Not more often than so many times a second."""

from collections.abc import Callable
from threading import Lock


class RateLimiter:
    """Spaces calls evenly, from all threads of a process together; whoever comes early waits."""

    def __init__(self, per_second: float, clock: Callable[[], float], pause: Callable[[float], None]) -> None:
        self._interval = 1 / per_second
        self._clock = clock
        self._pause = pause
        self._lock = Lock()
        self._next = float("-inf")

    def wait(self) -> None:
        """Return when the next call may be made."""
        with self._lock:
            now = self._clock()
            turn = max(now, self._next)
            self._next = turn + self._interval
        if turn > now:
            self._pause(turn - now)
