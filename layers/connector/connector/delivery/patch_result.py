"""The meaning of a response to PATCH /authorisations: the outcome is acknowledged, rejected, or sent again later.

A 409 says "not in a state which supports the current operation" (Sage). It means one of three things, which only the
attempts before it and the time can tell apart::

    attempt ──> (the response is lost) ──> repeat ──> 409    acknowledged: Sage took the first attempt
    attempt ──> 503, no connection, 401 or 429 ──> repeat ──> 409
                └ 503 is uncertain: acknowledged
                └ the others show that Sage did not act: rejected
    any attempt in the last 30 s of the session ──> 409    rejected: it may as well mean "too late"

An attempt is uncertain if Banking Service may have acted on it. The count of uncertain attempts is stored: the write
that takes the lease adds one before the PATCH is sent, so an attempt whose function was killed counts too. `postpone`
subtracts it again if no attempt under the lease was uncertain.
"""

from dataclasses import dataclass
from http import HTTPStatus

from connector.sage.api_response import NOT_ACCEPTED, ApiResponse

_NOT_ACTED_ON = NOT_ACCEPTED | {HTTPStatus.TOO_EARLY, HTTPStatus.TOO_MANY_REQUESTS}
_TEMPORARY = _NOT_ACTED_ON | {HTTPStatus.REQUEST_TIMEOUT}

CONFLICT_UNCLEAR_SECONDS = 30.0
"""Before `expires_at`. Sage's authorisation began a moment before its notification, so it ends a moment earlier."""


@dataclass(frozen=True, slots=True)
class Acknowledged:
    """Banking Service has the outcome. `how` says by which response, for the history."""

    how: str


@dataclass(frozen=True, slots=True)
class Retryable:
    """The failure is temporary. `uncertain`: Banking Service may have acted on this attempt."""

    reason: str
    uncertain: bool
    retry_after: float | None = None
    """Seconds, from the header `Retry-After`."""


@dataclass(frozen=True, slots=True)
class Rejected:
    """Banking Service will never accept the outcome."""

    reason: str


type PatchResult = Acknowledged | Retryable | Rejected


def interpret(response: ApiResponse, *, after_uncertain: bool, seconds_left: float) -> PatchResult:
    """Return the meaning of a response.

    `after_uncertain`: an earlier attempt was uncertain. `seconds_left`: until the session's `expires_at`.
    """
    status = response.status
    if status is None:
        return Retryable("no answer" if response.sent else "no connection", uncertain=response.sent)
    if response.ok:
        return Acknowledged("acknowledged")
    if status == HTTPStatus.CONFLICT and after_uncertain and seconds_left > CONFLICT_UNCLEAR_SECONDS:
        return Acknowledged("HTTP 409 after an uncertain attempt")
    if status in _TEMPORARY or not response.refuses:
        # A redirect was answered instead of being acted on.
        uncertain = status >= HTTPStatus.BAD_REQUEST and status not in _NOT_ACTED_ON
        return Retryable(f"HTTP {status}", uncertain=uncertain, retry_after=response.retry_after)
    return Rejected(f"HTTP {status}")
