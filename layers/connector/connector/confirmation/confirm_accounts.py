"""The end of the story: the account of a delivered success must reach `verifyingAuth` or `active`."""

from collections.abc import Callable, Iterator
from http import HTTPStatus
from typing import Protocol

from connector.confirmation import updates as confirmation
from connector.sage.error_text import describe, short
from connector.sage.messages import AccountQueryResponse, QueriedAccount
from connector.sage.provider_api import ApiResponse, NotSentError
from connector.session.authorisation import Authorisation, TransitionRefusedError
from connector.session.transitions import CONFIRM, CONFIRM_TIMEOUT
from connector.session.updates import Update

AUTHORISED = frozenset({"verifyingAuth", "active"})
"""The flow's overview names `active`, its test table `verifyingAuth`: either is the answer, in that order."""

_COUNTED = {CONFIRM: "AccountConfirmed", CONFIRM_TIMEOUT: "AccountNotConfirmed"}


class Unconfirmed(Protocol):
    """The sessions, and which of them are yet to be confirmed."""

    def unconfirmed(self, now: float) -> Iterator[Authorisation]:
        """List those that are due, what is due first at first."""

    def apply(self, update: Update) -> Authorisation:
        """Make the move."""


class BankingService(Protocol):
    """The Provider API, as far as the confirmation needs it (`connector.sage.provider_api.ProviderApi`)."""

    def query_account(self, bank_id: str, external_id: str, *, timeout: float) -> ApiResponse:
        """Read an account by the provider's own id. Raise NotSentError."""


class ConfirmAccounts:
    """Looks at every account that is due. Harmless when done twice: it only reads, and each end is recorded once."""

    ATTEMPT_SECONDS = 8.0
    ENOUGH_SECONDS = 25.0
    FIRST_PAUSE_SECONDS = 5
    LONGEST_PAUSE_SECONDS = 300

    def __init__(  # noqa: PLR0913 - what it works with, how long it may, and whom it tells
        self,
        sessions: Unconfirmed,
        banking_service: BankingService,
        *,
        minutes: int,
        clock: Callable[[], float],
        seconds_left: Callable[[], float],
        count: Callable[[str], None],
        alarm: Callable[[str, str], None],
    ) -> None:
        """`alarm` is told of each account that was given up: the authorisation's id, and why."""
        self._sessions = sessions
        self._banking_service = banking_service
        self._minutes = minutes
        self._clock = clock
        self._seconds_left = seconds_left
        self._count = count
        self._alarm = alarm

    def __call__(self) -> int:
        """Look at each; return how many were looked at. What is left is due at the next run too."""
        looked = 0
        for authorisation in self._sessions.unconfirmed(self._clock()):
            if self._seconds_left() < self.ENOUGH_SECONDS:
                break
            try:
                answer = self._ask(authorisation)
            except NotSentError:
                break
            looked += 1
            self._record(authorisation, answer)
            if answer is not None and answer.status == HTTPStatus.TOO_MANY_REQUESTS:
                break
        return looked

    def _ask(self, authorisation: Authorisation) -> ApiResponse | None:
        bank_id = authorisation.bank_id or authorisation.bank_account
        if bank_id is None or authorisation.external_id is None:
            return None
        return self._banking_service.query_account(bank_id, authorisation.external_id, timeout=self.ATTEMPT_SECONDS)

    def _record(self, authorisation: Authorisation, answer: ApiResponse | None) -> None:
        found = answer.read(AccountQueryResponse) if answer is not None and answer.ok else None
        account = found.data if found else QueriedAccount()
        update = self._update(authorisation, account, _reason(answer, account))
        try:
            self._sessions.apply(update)
        except TransitionRefusedError:
            # Another run was faster, and has counted it.
            return
        if update.transition in _COUNTED:
            self._count(_COUNTED[update.transition])
        if update.transition is CONFIRM_TIMEOUT:
            self._alarm(authorisation.authorisation_id, str(update.detail["reason"]))

    def _update(self, authorisation: Authorisation, account: QueriedAccount, reason: str) -> Update:
        now, found = self._clock(), account.bank_account_id
        if account.status in AUTHORISED:
            return confirmation.confirm(authorisation, account_id=found, status=account.status, now=now)
        taken = now - (authorisation.delivered_at or now)
        if taken >= self._minutes * 60:
            return confirmation.confirm_timeout(authorisation, reason=reason, now=now)
        pause = min(max(int(taken), self.FIRST_PAUSE_SECONDS), self.LONGEST_PAUSE_SECONDS)
        return confirmation.confirm_retry(
            authorisation, until=int(now) + pause, account_id=found, reason=reason, now=now
        )


def _reason(answer: ApiResponse | None, account: QueriedAccount) -> str:
    if answer is None:
        return "no bank id is known"
    return short(f"the account is {account.status or 'not described'}") if answer.ok else describe(answer)
