"""The settings of requests for re-authorisation."""

from dataclasses import dataclass
from functools import cached_property


@dataclass(frozen=True, kw_only=True)
class RequestSettings:
    """Where requests are kept, and how long Sage may take."""

    requests_table: str
    reauth_requests_queue_url: str
    dead_letters_queue_url: str
    request_window_minutes: int
    follow_up_seconds: int
    """The time from POST /statements to the first GET of the statement."""
    follow_hours: int
    statement_done: str
    statement_failed: str

    @cached_property
    def done_statuses(self) -> frozenset[str]:
        """The statuses of a statement that took effect, in lower case."""
        return _words(self.statement_done)

    @cached_property
    def failed_statuses(self) -> frozenset[str]:
        """The statuses of a statement that Sage refused, in lower case."""
        return _words(self.statement_failed)


def _words(text: str) -> frozenset[str]:
    return frozenset(word.strip().casefold() for word in text.split(",") if word.strip())
