"""What an answer to PATCH /authorisations means."""

from dataclasses import dataclass
from http import HTTPStatus

from connector.sage.provider_api import NOT_ACCEPTED, Answer

_CLEARLY_NOT_TOLD = NOT_ACCEPTED | {HTTPStatus.TOO_EARLY, HTTPStatus.TOO_MANY_REQUESTS}
_TEMPORARY = _CLEARLY_NOT_TOLD | {HTTPStatus.REQUEST_TIMEOUT}


@dataclass(frozen=True, slots=True)
class Told:
    """Banking Service knows the outcome."""

    how: str


@dataclass(frozen=True, slots=True)
class NotTold:
    """Banking Service does not know the outcome or, if `doubtful`, may or may not know it. Worth another attempt."""

    because: str
    doubtful: bool
    retry_after: float | None = None


@dataclass(frozen=True, slots=True)
class RefusedForGood:
    """Banking Service will not take the outcome."""

    because: str


type Verdict = Told | NotTold | RefusedForGood


def judge(answer: Answer, *, in_doubt: bool) -> Verdict:
    """Say what an answer means.

    `in_doubt`: an earlier attempt may have reached Banking Service. Then a 409 ("not in a state which supports the
    current operation") most likely means that it did. See docs/decisions.md.
    """
    status = answer.status
    if status is None:
        return NotTold("no answer" if answer.sent else "no connection", doubtful=answer.sent)
    if HTTPStatus.OK <= status < HTTPStatus.MULTIPLE_CHOICES:
        return Told("acknowledged")
    if status == HTTPStatus.CONFLICT and in_doubt:
        return Told("conflict after an attempt in doubt")
    if status in _TEMPORARY or not HTTPStatus.BAD_REQUEST <= status < HTTPStatus.INTERNAL_SERVER_ERROR:
        told_nobody = status in _CLEARLY_NOT_TOLD or status < HTTPStatus.BAD_REQUEST  # a redirect leads elsewhere
        return NotTold(f"HTTP {status}", doubtful=not told_nobody, retry_after=answer.retry_after)
    return RefusedForGood(f"HTTP {status}")
