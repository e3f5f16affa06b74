"""Not more often than so many times a second."""

from collections.abc import Callable


class Pace:
    """Spaces calls evenly; whoever comes early waits. One for a process, which has one thread."""

    def __init__(self, per_second: float, clock: Callable[[], float], pause: Callable[[float], None]) -> None:
        self._interval = 1 / per_second
        self._clock = clock
        self._pause = pause
        self._next = float("-inf")

    def wait(self) -> None:
        """Return when the next call may be made."""
        now = self._clock()
        if now < self._next:
            self._pause(self._next - now)
        self._next = max(now, self._next) + self._interval
