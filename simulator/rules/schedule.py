"""Actions that are due later. The caller runs them, so there are no timers and a test controls the clock."""

import heapq
from collections.abc import Callable
from itertools import count

type Action = Callable[[float], None]


class Schedule:
    """Actions in order of their time. Each action gets the time at which it was due, however late it runs."""

    def __init__(self) -> None:
        self._due: list[tuple[float, int, Action]] = []
        self._sequence = count()

    def add(self, at: float, action: Action) -> None:
        """Schedule an action."""
        heapq.heappush(self._due, (at, next(self._sequence), action))

    def run(self, now: float) -> None:
        """Run every action that is due, including those that these actions schedule."""
        while self._due and self._due[0][0] <= now:
            at, _, action = heapq.heappop(self._due)
            action(at)
