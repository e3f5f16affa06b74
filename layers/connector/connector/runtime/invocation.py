"""The time that is left of the Lambda invocation that is running."""

from time import monotonic
from typing import Protocol


class Context(Protocol):
    """The part of Lambda's context that gives the remaining time."""

    def get_remaining_time_in_millis(self) -> int:
        """Return milliseconds until Lambda ends the invocation."""


class Invocation:
    """The running invocation. An environment runs one at a time; its handler calls `begin`."""

    def __init__(self) -> None:
        self._ends_at = float("inf")

    def begin(self, context: Context) -> None:
        """Record when Lambda ends this invocation."""
        self._ends_at = monotonic() + context.get_remaining_time_in_millis() / 1000

    def seconds_left(self) -> float:
        """Return the seconds until Lambda ends the invocation; infinite before the first `begin`."""
        return self._ends_at - monotonic()
