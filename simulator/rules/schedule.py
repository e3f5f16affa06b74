"""Things that happen later, found out when somebody looks: no timers, so a test's clock decides."""

import heapq
from collections.abc import Callable
from itertools import count

type Happening = Callable[[float], None]


class Schedule:
    """Happenings in time order; each is told the moment it was due, however late it is run."""

    def __init__(self) -> None:
        self._due: list[tuple[float, int, Happening]] = []
        self._sequence = count()

    def add(self, at: float, happening: Happening) -> None:
        """Plan a happening."""
        heapq.heappush(self._due, (at, next(self._sequence), happening))

    def run(self, now: float) -> None:
        """Let everything happen that is due, also what these happenings plan."""
        while self._due and self._due[0][0] <= now:
            at, _, happening = heapq.heappop(self._due)
            happening(at)
