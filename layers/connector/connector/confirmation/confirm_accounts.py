"""Confirm that the account of a delivered success becomes authorised: `verifyingAuth` or `active`.

It is the account that `externalId` names. Whether Sage means that account, only `connector.journey.check_account` sees.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from http import HTTPStatus
from typing import Protocol

from connector.confirmation import updates
from connector.sage.api_response import ApiResponse, NotSentError
from connector.sage.error_text import describe, short
from connector.sage.messages import AccountQueryResponse, QueriedAccount
from connector.session.authorisation import Authorisation, TransitionRefusedError
from connector.session.transitions import CONFIRM, CONFIRM_TIMEOUT
from connector.session.update import Update

AUTHORISED = frozenset({"verifyingAuth", "active"})
"""Sage's overview of the flow names `active`, its test table `verifyingAuth`. The account has them in this order."""

_METRICS = {CONFIRM: "AccountConfirmed", CONFIRM_TIMEOUT: "AccountNotConfirmed"}


class UnconfirmedSessions(Protocol):
    """The sessions whose account is not confirmed yet."""

    def unconfirmed(self, now: float) -> Iterator[Authorisation]:
        """List the sessions whose next query is due, ordered by due time. Raise ServiceUnavailableError."""

    def apply(self, update: Update) -> Authorisation:
        """Apply the update once. Raise TransitionRefusedError or ServiceUnavailableError."""


class AccountQueriesApi(Protocol):
    """The Provider API, as far as confirmation needs it (`connector.sage.provider_api.ProviderApi`)."""

    def query_account(self, bank_id: str, external_id: str, *, timeout: float) -> ApiResponse:
        """Query an account by the provider's own id of it. Raise NotSentError."""


@dataclass(frozen=True)
class ConfirmAccounts:
    """Queries each account that is due. It may run twice at once: queries change nothing, an end is recorded once.

    `minutes`: how long an account may take. `seconds_left`: of the invocation. `count` is called with a metric, `alarm`
    with the authorisation's id and the reason where an account was not authorised in time. `is_disconnected` tells, by
    the provider's own id, whether the customer disconnected the account: nothing is left to confirm then.
    """

    sessions: UnconfirmedSessions
    accounts: AccountQueriesApi
    minutes: int
    clock: Callable[[], float]
    seconds_left: Callable[[], float]
    count: Callable[[str], None]
    alarm: Callable[[str, str], None]
    is_disconnected: Callable[[str], bool]

    ATTEMPT_SECONDS = 8.0
    ENOUGH_SECONDS = 25.0
    """Less than this is not enough to begin a query: two requests of 8 s each, and the writes.

    A query that Lambda ends, because Sage ID was slow too, is due at the next run.
    """
    FIRST_PAUSE_SECONDS = 5
    LONGEST_PAUSE_SECONDS = 300

    def __call__(self) -> int:
        """Query the accounts; return their number. An account that was not queried is due at the next run too."""
        queried = 0
        for authorisation in self.sessions.unconfirmed(self.clock()):
            if self.seconds_left() < self.ENOUGH_SECONDS:
                break
            try:
                response = self._query(authorisation)
            except NotSentError:
                break
            queried += 1
            self._record(authorisation, response)
            if response is not None and response.status == HTTPStatus.TOO_MANY_REQUESTS:
                break
        return queried

    def _query(self, authorisation: Authorisation) -> ApiResponse | None:
        bank_id = authorisation.bank_id_for_queries
        if bank_id is None or authorisation.external_id is None:
            return None
        return self.accounts.query_account(bank_id, authorisation.external_id, timeout=self.ATTEMPT_SECONDS)

    def _record(self, authorisation: Authorisation, response: ApiResponse | None) -> None:
        found = response.read(AccountQueryResponse) if response is not None and response.ok else None
        account = found.data if found else QueriedAccount()
        update = self._update(authorisation, account, _reason(response, account))
        try:
            self.sessions.apply(update)
        except TransitionRefusedError:
            # Another run has recorded it, and counted it.
            return
        if update.transition in _METRICS:
            self.count(_METRICS[update.transition])
        if update.transition is CONFIRM_TIMEOUT:
            self.alarm(authorisation.authorisation_id, str(update.detail["reason"]))

    def _update(self, authorisation: Authorisation, account: QueriedAccount, reason: str) -> Update:
        now, account_id = self.clock(), account.bank_account_id
        if account.status in AUTHORISED:
            return updates.confirm(authorisation, account_id=account_id, status=account.status, now=now)
        if authorisation.external_id and self.is_disconnected(authorisation.external_id):
            return updates.disconnect(authorisation, reason=reason, now=now)
        taken = now - (authorisation.delivered_at or now)
        if taken >= self.minutes * 60:
            return updates.confirm_timeout(authorisation, reason=reason, now=now)
        until = int(now) + min(max(int(taken), self.FIRST_PAUSE_SECONDS), self.LONGEST_PAUSE_SECONDS)
        return updates.confirm_retry(authorisation, until=until, account_id=account_id, reason=reason, now=now)


def _reason(response: ApiResponse | None, account: QueriedAccount) -> str:
    if response is None:
        return "no bank id is known"
    return (
        short(f"the account that externalId names is {account.status or 'not described'}")
        if response.ok
        else describe(response)
    )
