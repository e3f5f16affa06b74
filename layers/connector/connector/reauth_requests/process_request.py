"""One request: post the statement that marks the account `authRequired`, and follow it until Sage has processed it."""

import random
from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus
from typing import Protocol

from connector.reauth_requests import model
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
from connector.sage.api_response import NOT_ACCEPTED, ApiResponse, NotSentError
from connector.sage.error_text import describe, reason_of, short
from connector.sage.messages import StatementResponse

_TEMPORARY = NOT_ACCEPTED | {
    HTTPStatus.REQUEST_TIMEOUT,
    HTTPStatus.CONFLICT,  # another statement of this account is in flight
    HTTPStatus.TOO_EARLY,
    HTTPStatus.TOO_MANY_REQUESTS,
}


class StatementsApi(Protocol):
    """The Provider API, as far as requests need it (`connector.sage.provider_api.ProviderApi`)."""

    def post_statement(self, bank_account_id: str, bank_id: str, *, timeout: float) -> ApiResponse:
        """Mark an account `authRequired`. Raise NotSentError."""

    def get_statement(self, statement_id: str, *, timeout: float) -> ApiResponse:
        """Read the status of a statement. Raise NotSentError."""


@dataclass
class ProcessRequest:
    """Takes one request as far as it goes now. Each step is recorded before its message may be deleted.

    After a crash between POST and its record, the message returns and posts again; Sage: "resubmitting when unsure is
    safe". `is_disconnected` tells whether the customer disconnected the account. `spread` returns a random number
    between two.
    """

    repository: RequestRepository
    statements: StatementsApi
    settings: RequestSettings
    clock: Callable[[], float]
    is_disconnected: Callable[[str], bool]
    spread: Callable[[float, float], float] = random.uniform

    ATTEMPT_SECONDS = 8.0
    LONGEST_PAUSE_SECONDS = 900
    LONGEST_RETRY_AFTER_SECONDS = 3600

    def __call__(self, request: ReauthRequest, claimant: str) -> MessageResult:
        """Process the request. `claimant` is the id of its message, which is the same at each delivery."""
        window = self.settings.request_window_minutes * 60
        try:
            record = self.repository.claim(request, claimant, window_seconds=window, now=self.clock())
            return self._next_step(record)
        except AlreadyRequestedError:
            return Done("repeated")
        except NotSentError as error:
            return Retry(self.spread(1, 60), str(error), stops_batch=True)

    def _next_step(self, record: RequestRecord) -> MessageResult:
        match record.request_status:
            case RequestStatus.REQUESTED:
                return self._post(record)
            case RequestStatus.POSTED:
                return self._follow(record)
            case RequestStatus.ACCEPTED:
                return Done("accepted")
            case RequestStatus.DISCONNECTED:
                return Done("disconnected")
            case RequestStatus.REJECTED | RequestStatus.ABANDONED:
                # The function ended after this was recorded and before the dead letter was sent.
                return DeadLetter(record.request_status.value, record.reason or "")

    def _post(self, record: RequestRecord) -> MessageResult:
        response = self.statements.post_statement(record.bank_account_id, record.bank_id, timeout=self.ATTEMPT_SECONDS)
        if not response.ok:
            reason = describe(response)
            refused_for_good = response.refuses and response.status not in _TEMPORARY
            return self._fail(record, model.rejected, reason) if refused_for_good else self._again(record, response)
        taken = response.read(StatementResponse)
        if taken is None:
            return self._again(record, response)
        if taken.data.id is None:
            return self._fail(record, model.abandoned, "Sage took the statement and did not say its id")
        self.repository.write(record, model.posted(taken.data.id, self.clock()))
        return Retry(self.settings.follow_up_seconds, "posted")

    def _follow(self, record: RequestRecord) -> MessageResult:
        response = self.statements.get_statement(record.statement_id or "", timeout=self.ATTEMPT_SECONDS)
        found = response.read(StatementResponse) if response.ok else None
        if found is None:
            return self._again(record, response)
        status = short(found.data.status)
        if status.casefold() in self.settings.done_statuses:
            self.repository.write(record, model.accepted(status, self.clock()))
            return Done("accepted")
        if status.casefold() in self.settings.failed_statuses:
            return self._fail(record, model.rejected, reason_of(found.data))
        if status != record.statement_status and len(record.history) < model.LONGEST_HISTORY:
            self.repository.write(record, model.running(status, self.clock()))
        return self._later(record, f"the statement is {status!r}")

    def _again(self, record: RequestRecord, response: ApiResponse) -> MessageResult:
        """Retry after a temporary failure."""
        at_least = min(response.retry_after or 0, self.LONGEST_RETRY_AFTER_SECONDS)
        throttled = response.status == HTTPStatus.TOO_MANY_REQUESTS
        return self._later(record, describe(response), at_least=at_least, stops_batch=throttled)

    def _later(
        self, record: RequestRecord, reason: str, *, at_least: float = 0, stops_batch: bool = False
    ) -> MessageResult:
        """Retry after about the time that has passed since the last step: the pause doubles, and no count is kept."""
        taken, hours = self.clock() - record.waiting_since, self.settings.follow_hours
        if taken >= hours * 3600:
            return self._fail(record, model.abandoned, f"nothing new within {hours} h: {reason}")
        pause = min(max(taken, self.settings.follow_up_seconds), self.LONGEST_PAUSE_SECONDS)
        return Retry(max(self.spread(pause / 2, pause), at_least), reason, stops_batch=stops_batch)

    def _fail(self, record: RequestRecord, end: Callable[[str, float], RequestUpdate], reason: str) -> MessageResult:
        """End the request. A failure for an account that the customer disconnected needs nobody's help."""
        if self.is_disconnected(record.bank_account_id):
            self.repository.write(record, model.disconnected(reason, self.clock()))
            return Done("disconnected")
        update = end(reason, self.clock())
        self.repository.write(record, update)
        return DeadLetter(update.request_status.value, reason)
