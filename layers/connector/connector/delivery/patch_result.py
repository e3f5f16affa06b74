"""What an answer to PATCH /authorisations means."""

from dataclasses import dataclass
from http import HTTPStatus

from connector.sage.provider_api import NOT_ACCEPTED, ApiResponse

_CLEARLY_NOT_TOLD = NOT_ACCEPTED | {HTTPStatus.TOO_EARLY, HTTPStatus.TOO_MANY_REQUESTS}
_TEMPORARY = _CLEARLY_NOT_TOLD | {HTTPStatus.REQUEST_TIMEOUT}


@dataclass(frozen=True, slots=True)
class Acknowledged:
    """Banking Service knows the outcome."""

    how: str


@dataclass(frozen=True, slots=True)
class Retryable:
    """Banking Service does not know the outcome or, if `doubtful`, may or may not know it. Worth another attempt."""

    reason: str
    uncertain: bool
    retry_after: float | None = None


@dataclass(frozen=True, slots=True)
class Rejected:
    """Banking Service will not take the outcome."""

    reason: str


type PatchResult = Acknowledged | Retryable | Rejected


def interpret(answer: ApiResponse, *, maybe_received: bool) -> PatchResult:
    """Say what an answer means.

    `in_doubt`: an earlier attempt may have reached Banking Service. Then a 409 ("not in a state which supports the
    current operation") most likely means that it did. See docs/decisions.md.
    """
    status = answer.status
    if status is None:
        return Retryable("no answer" if answer.sent else "no connection", uncertain=answer.sent)
    if HTTPStatus.OK <= status < HTTPStatus.MULTIPLE_CHOICES:
        return Acknowledged("acknowledged")
    if status == HTTPStatus.CONFLICT and maybe_received:
        return Acknowledged("conflict after an attempt in doubt")
    if status in _TEMPORARY or not HTTPStatus.BAD_REQUEST <= status < HTTPStatus.INTERNAL_SERVER_ERROR:
        told_nobody = status in _CLEARLY_NOT_TOLD or status < HTTPStatus.BAD_REQUEST  # a redirect leads elsewhere
        return Retryable(f"HTTP {status}", uncertain=not told_nobody, retry_after=answer.retry_after)
    return Rejected(f"HTTP {status}")
