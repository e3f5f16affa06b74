"""Banking Service as a model: the outcomes that it received and accepted, and each way in which a report can fail."""

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum

from connector.sage.api_response import ApiResponse, NotSentError


class Trouble(StrEnum):
    """What can go wrong with one PATCH."""

    NO_TOKEN = "no token"
    NO_CONNECTION = "no connection"
    LOST_BEFORE = "the request is lost"
    LOST_AFTER = "the answer is lost"
    UNAVAILABLE = "503"
    FAILED_AFTER = "500 after it took effect"
    RATE_LIMITED = "429"
    RETRY_AFTER = "429 with Retry-After"
    NOT_AUTHENTICATED = "401"


_ANSWERS = {
    Trouble.NO_CONNECTION: ApiResponse(None, sent=False),
    Trouble.LOST_BEFORE: ApiResponse(None),
    Trouble.LOST_AFTER: ApiResponse(None),
    Trouble.UNAVAILABLE: ApiResponse(503),
    Trouble.FAILED_AFTER: ApiResponse(500),
    Trouble.RATE_LIMITED: ApiResponse(429),
    Trouble.RETRY_AFTER: ApiResponse(429, retry_after=20),
    Trouble.NOT_AUTHENTICATED: ApiResponse(401),
}
_AFTER = {Trouble.LOST_AFTER, Trouble.FAILED_AFTER}


@dataclass
class Sage:
    clock: Callable[[], float]
    ends: dict[str, float] = field(default_factory=dict)
    """When each authorisation is over."""
    accepted: dict[str, str] = field(default_factory=dict)
    """The status that was accepted, by authorisation."""
    accepted_at: dict[str, float] = field(default_factory=dict)
    """When each status was accepted."""
    heard: list[tuple[float, str]] = field(default_factory=list)
    """When each PATCH came, and for which authorisation."""
    troubles: list[Trouble] = field(default_factory=list)
    """Of the next requests."""
    down: bool = False
    on_call: Callable[[str], None] = lambda _: None

    def start(self, authorisation_id: str, seconds: float = 20 * 60) -> None:
        self.ends[authorisation_id] = self.clock() + seconds

    def patch_authorisation(self, authorisation_id: str, status: str, *, timeout: float) -> ApiResponse:
        assert timeout > 0
        self.on_call(authorisation_id)
        trouble = Trouble.NO_CONNECTION if self.down else self.troubles.pop(0) if self.troubles else None
        if trouble is Trouble.NO_TOKEN:
            raise NotSentError("Sage ID cannot be reached")
        self.heard.append((self.clock(), authorisation_id))
        if trouble is None:
            return self._take(authorisation_id, status)
        if trouble in _AFTER:
            self._take(authorisation_id, status)
        return _ANSWERS[trouble]

    def _take(self, authorisation_id: str, status: str) -> ApiResponse:
        if authorisation_id in self.accepted or self.clock() >= self.ends[authorisation_id]:
            return ApiResponse(409)
        self.accepted[authorisation_id] = status
        self.accepted_at[authorisation_id] = self.clock()
        return ApiResponse(200)
