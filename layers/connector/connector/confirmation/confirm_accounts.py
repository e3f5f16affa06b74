"""The end of the story: the account of a delivered success must reach `verifyingAuth` or `active`."""

from collections.abc import Callable, Iterator
from http import HTTPStatus
from typing import Protocol

from connector.confirmation import updates as confirmation
from connector.sage.error_text import said, short
from connector.sage.messages import AccountQueryAnswer, QueriedAccount
from connector.sage.provider_api import Answer
from connector.sage.tokens import TokenUnavailable
from connector.session.authorisation import Authorisation, Refused
from connector.session.transition import CONFIRM, MISS, Move
from connector.settings import ConfigurationError

AUTHORISED = frozenset({"verifyingAuth", "active"})
"""The flow's overview names `active`, its test table `verifyingAuth`: either is the answer, in that order."""

_COUNTED = {CONFIRM: "AccountConfirmed", MISS: "AccountNotConfirmed"}


class Unconfirmed(Protocol):
    """The sessions, and which of them are yet to be confirmed."""

    def unconfirmed(self, now: float) -> Iterator[Authorisation]:
        """List those that are due, what is due first at first."""

    def apply(self, move: Move) -> Authorisation:
        """Make the move."""


class BankingService(Protocol):
    """Whom we ask."""

    def query_account(self, bank_id: str, external_id: str, *, timeout: float) -> Answer:
        """Ask for an account by the provider's own id of it."""


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
            except (TokenUnavailable, ConfigurationError):
                break
            looked += 1
            self._record(authorisation, answer)
            if answer is not None and answer.status == HTTPStatus.TOO_MANY_REQUESTS:
                break
        return looked

    def _ask(self, authorisation: Authorisation) -> Answer | None:
        bank_id = authorisation.bank_id or authorisation.bank_account
        if bank_id is None or authorisation.external_id is None:
            return None
        return self._banking_service.query_account(bank_id, authorisation.external_id, timeout=self.ATTEMPT_SECONDS)

    def _record(self, authorisation: Authorisation, answer: Answer | None) -> None:
        found = answer.read(AccountQueryAnswer) if answer is not None and answer.ok else None
        account = found.data if found else QueriedAccount()
        move = self._move(authorisation, account, _because(answer, account))
        try:
            self._sessions.apply(move)
        except Refused:
            # Another run was faster, and has counted it.
            return
        if move.transition in _COUNTED:
            self._count(_COUNTED[move.transition])
        if move.transition is MISS:
            self._alarm(authorisation.authorisation_id, str(move.detail["because"]))

    def _move(self, authorisation: Authorisation, account: QueriedAccount, because: str) -> Move:
        now, found = self._clock(), account.bank_account_id
        if account.status in AUTHORISED:
            return confirmation.confirm(authorisation, account_id=found, status=account.status, now=now)
        taken = now - (authorisation.delivered_at or now)
        if taken >= self._minutes * 60:
            return confirmation.miss(authorisation, because=because, now=now)
        pause = min(max(int(taken), self.FIRST_PAUSE_SECONDS), self.LONGEST_PAUSE_SECONDS)
        return confirmation.look(authorisation, until=int(now) + pause, account_id=found, because=because, now=now)


def _because(answer: Answer | None, account: QueriedAccount) -> str:
    if answer is None:
        return "no bank id is known"
    return short(f"the account is {account.status or 'not described'}") if answer.ok else said(answer)
