"""The time that is left of the Lambda invocation that is running."""

from time import monotonic
from typing import Protocol


class Context(Protocol):
    """Lambda's context, as far as it tells the time."""

    def get_remaining_time_in_millis(self) -> int:
        """Return milliseconds until Lambda ends the invocation."""


class Invocation:
    """An environment runs one invocation at a time: its handler says when one begins."""

    def __init__(self) -> None:
        self._ends_at = float("inf")

    def begin(self, context: Context) -> None:
        """Take note of when Lambda will end this invocation."""
        self._ends_at = monotonic() + context.get_remaining_time_in_millis() / 1000

    def seconds_left(self) -> float:
        """Return the seconds until then."""
        return self._ends_at - monotonic()
