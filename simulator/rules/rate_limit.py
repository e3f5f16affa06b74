"""A limit on the number of requests in a period."""

import threading
import time
from collections import deque
from collections.abc import Callable


class RateLimit:
    """A sliding window for each client. A counter per second would allow a double burst where two seconds meet."""

    def __init__(self, window: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._window = window
        self._clock = clock
        self._lock = threading.Lock()
        self._seen: dict[str, deque[float]] = {}

    def allows(self, client: str, limit: int) -> bool:
        """Return whether the request is within the limit, and count it if so. 0 means no limit."""
        if limit == 0:
            return True
        with self._lock:
            now = self._clock()
            seen = self._seen.setdefault(client, deque())
            while seen and seen[0] <= now - self._window:
                seen.popleft()
            if len(seen) >= limit:
                return False
            seen.append(now)
            return True
