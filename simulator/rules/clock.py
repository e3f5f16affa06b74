"""The clock of Banking Service. A developer can move it forward, so that an expiry needs no waiting."""

import time


class Clock:
    """The real time, moved forward by some seconds. Tokens, time-outs and the record of exchanges use the real time."""

    def __init__(self) -> None:
        self.moved_seconds = 0

    def now(self) -> float:
        """Return the time in seconds since the epoch."""
        return time.time() + self.moved_seconds

    def move(self, seconds: int) -> None:
        """Move the clock forward."""
        self.moved_seconds += seconds

    def reset(self) -> None:
        """Return to the real time."""
        self.moved_seconds = 0
