"""A limit of calls per second."""

from collections.abc import Callable
from threading import Lock


class RateLimiter:
    """Spaces the calls of all threads of a process evenly, `per_second` of them. An early caller waits."""

    def __init__(self, per_second: float, clock: Callable[[], float], pause: Callable[[float], None]) -> None:
        self._interval = 1 / per_second
        self._clock = clock
        self._pause = pause
        self._lock = Lock()
        self._next = float("-inf")

    def wait(self) -> None:
        """Wait until the next call may be made."""
        with self._lock:
            now = self._clock()
            turn = max(now, self._next)
            self._next = turn + self._interval
        if turn > now:
            self._pause(turn - now)
