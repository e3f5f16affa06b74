"""The provider asks: post the statement that marks an account `authRequired`, and follow it until Sage has decided."""

import random
from collections.abc import Callable
from http import HTTPStatus
from typing import Protocol

from connector.reauth_requests import model as steps
from connector.reauth_requests.message_result import DeadLetter, Done, MessageResult, Retry
from connector.reauth_requests.model import (
    AlreadyRequestedError,
    ReauthRequest,
    RequestRecord,
    RequestStatus,
    RequestUpdate,
)
from connector.reauth_requests.repository import RequestRepository
from connector.reauth_requests.settings import RequestSettings
from connector.sage.error_text import describe, reason_of, short
from connector.sage.messages import StatementResponse
from connector.sage.provider_api import ApiResponse, NotSentError

_TEMPORARY = {
    HTTPStatus.UNAUTHORIZED,
    HTTPStatus.REQUEST_TIMEOUT,
    HTTPStatus.CONFLICT,  # a statement of this account is in flight: it must wait for its turn
    HTTPStatus.TOO_EARLY,
    HTTPStatus.TOO_MANY_REQUESTS,
}


class StatementsApi(Protocol):
    """The Provider API, as far as requests need it (`connector.sage.provider_api.ProviderApi`)."""

    def post_statement(self, bank_account_id: str, bank_id: str, *, timeout: float) -> ApiResponse:
        """Mark an account `authRequired`. Raise NotSentError."""

    def get_statement(self, statement_id: str, *, timeout: float) -> ApiResponse:
        """Read the status of a statement. Raise NotSentError."""


class RequestReauthorisation:
    """Takes one message as far as it goes now. Each step is recorded before the message may be forgotten.

    A crash between POST and its record posts again when the message returns; Sage: "resubmitting when unsure is safe".
    """

    ATTEMPT_SECONDS = 8.0
    LONGEST_PAUSE_SECONDS = 900
    LONGEST_RETRY_AFTER_SECONDS = 3600

    def __init__(
        self,
        repository: RequestRepository,
        statements: StatementsApi,
        settings: RequestSettings,
        clock: Callable[[], float],
        spread: Callable[[float, float], float] = random.uniform,
    ) -> None:
        self._repository = repository
        self._statements = statements
        self._settings = settings
        self._clock = clock
        self._spread = spread

    def __call__(self, request: ReauthRequest, claimant: str) -> MessageResult:
        """Go on with the request; `claimant` names the message, the same at each delivery."""
        window = self._settings.request_window_minutes * 60
        try:
            record = self._repository.claim(request, claimant, window_seconds=window, now=self._clock())
            return self._go_on(record)
        except AlreadyRequestedError:
            return Done("repeated")
        except NotSentError as error:
            return Retry(self._spread(1, 60), str(error), everyone=True)

    def _go_on(self, record: RequestRecord) -> MessageResult:
        match record.request_status:
            case RequestStatus.REQUESTED:
                return self._post(record)
            case RequestStatus.POSTED:
                return self._follow(record)
            case RequestStatus.ACCEPTED:
                return Done("accepted")
            case RequestStatus.REJECTED | RequestStatus.ABANDONED:
                # It was recorded, and the function ended before it could say so.
                return DeadLetter(record.request_status.value, record.reason or "")

    def _post(self, record: RequestRecord) -> MessageResult:
        answer = self._statements.post_statement(record.bank_account_id, record.bank_id, timeout=self.ATTEMPT_SECONDS)
        if not answer.ok:
            reason = describe(answer)
            refused_for_good = answer.refuses and answer.status not in _TEMPORARY
            return self._fail(record, steps.rejected, reason) if refused_for_good else self._again(record, answer)
        taken = answer.read(StatementResponse)
        if taken is None:
            return self._again(record, answer)
        if taken.data.id is None:
            return self._fail(record, steps.abandoned, "Sage took the statement and did not say its id")
        self._repository.write(record, steps.posted(taken.data.id, self._clock()))
        return Retry(self._settings.follow_up_seconds, "posted")

    def _follow(self, record: RequestRecord) -> MessageResult:
        answer = self._statements.get_statement(record.statement_id or "", timeout=self.ATTEMPT_SECONDS)
        found = answer.read(StatementResponse) if answer.ok else None
        if found is None:
            return self._again(record, answer)
        status = short(found.data.status)
        if status.casefold() in self._settings.done_statuses:
            self._repository.write(record, steps.accepted(status, self._clock()))
            return Done("accepted")
        if status.casefold() in self._settings.failed_statuses:
            return self._fail(record, steps.rejected, reason_of(found.data))
        if status != record.statement_status:
            self._repository.write(record, steps.running(status, self._clock()))
        return self._later(record, f"the statement is {status!r}")

    def _again(self, record: RequestRecord, answer: ApiResponse) -> MessageResult:
        """Come back after a failure that may pass."""
        at_least = min(answer.retry_after or 0, self.LONGEST_RETRY_AFTER_SECONDS)
        throttled = answer.status == HTTPStatus.TOO_MANY_REQUESTS
        return self._later(record, describe(answer), at_least=at_least, everyone=throttled)

    def _later(
        self, record: RequestRecord, reason: str, *, at_least: float = 0, everyone: bool = False
    ) -> MessageResult:
        """Wait as long again as it has taken: that doubles, and needs no count. Spread, so that many do not collide."""
        taken, hours = self._clock() - record.waiting_since, self._settings.follow_hours
        if taken >= hours * 3600:
            return self._fail(record, steps.abandoned, f"nothing new within {hours} h: {reason}")
        pause = min(max(taken, self._settings.follow_up_seconds), self.LONGEST_PAUSE_SECONDS)
        return Retry(max(self._spread(pause / 2, pause), at_least), reason, everyone=everyone)

    def _fail(self, record: RequestRecord, end: Callable[[str, float], RequestUpdate], reason: str) -> DeadLetter:
        step = end(reason, self._clock())
        self._repository.write(record, step)
        return DeadLetter(step.request_status.value, reason)
