"""The accounts, authorisations and statements of Banking Service, and the rules of their changes."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from uuid import uuid4

from simulator.rules.accounts import Accounts
from simulator.rules.records import (
    Account,
    AccountStatus,
    Authorisation,
    AuthorisationState,
    Report,
    Statement,
    StatementStatus,
    StatusChange,
)
from simulator.rules.refusals import NotFoundError, UnsupportedOperationError, ValidationError
from simulator.rules.schedule import Schedule
from simulator.settings import CurrentSettings

# Sage does not document the statement of an account in another status. Here such a statement fails.
CAN_LOSE_AUTHORISATION = {
    AccountStatus.ACTIVE,
    AccountStatus.AUTH_REQUIRED,
    AccountStatus.VERIFYING_AUTH,
}


class RecordStore:
    """All records, in memory, behind one lock."""

    def __init__(self, settings: CurrentSettings, clock: Callable[[], float] = time.time) -> None:
        self._settings = settings
        self._clock = clock
        self._lock = threading.Lock()
        self.reset()

    def reset(self) -> None:
        """Delete all records."""
        with self._lock:
            self._schedule = Schedule()
            self._accounts = Accounts()
            self._authorisations: dict[str, Authorisation] = {}
            self._statements: dict[str, Statement] = {}
            self._in_flight: set[str] = set()
            self.rejections: dict[str, str] = {}
            """The reason for which the statements of an account fail, by bankAccountId. A tester sets it."""

    @contextmanager
    def _locked(self) -> Iterator[float]:
        """Hold the lock, after the actions that are due have run. The value is the current time."""
        with self._lock:
            now = self._clock()
            self._schedule.run(now)
            yield now

    def now(self) -> float:
        """Return the current time in seconds since the epoch."""
        return self._clock()

    def add_account(
        self,
        external_id: str,
        bank_id: str,
        name: str,
        bank_account_id: str | None = None,
        status: AccountStatus = AccountStatus.ACTIVE,
    ) -> Account:
        """Link an account. Raises ValidationError if another account has one of its ids."""
        with self._locked() as now:
            change = StatusChange(now, status)
            return self._accounts.add(change, external_id, bank_id, name, bank_account_id)

    def accounts(self) -> list[Account]:
        """List the accounts, oldest first."""
        with self._locked():
            return self._accounts.all()

    def account(self, bank_account_id: str) -> Account:
        """Return an account. Raises NotFoundError."""
        with self._locked():
            return self._accounts.get(bank_account_id)

    def find_account(self, bank_id: str, external_id: str) -> Account:
        """Return an account by the provider's id. Raises NotFoundError."""
        with self._locked():
            return self._accounts.find(bank_id, external_id)

    def set_status(self, bank_account_id: str, status: AccountStatus) -> Account:
        """Set any status, for testers. Raises NotFoundError."""
        with self._locked() as now:
            return self._accounts.set_status(bank_account_id, status, now)

    def start_authorisation(self, bank_account_id: str, redirect_uri: str) -> Authorisation:
        """Start a re-authorisation.

        Raises NotFoundError, or UnsupportedOperationError unless the account is `authRequired`.
        """
        with self._locked() as now:
            account = self._accounts.get(bank_account_id)
            if account.status is not AccountStatus.AUTH_REQUIRED:
                raise UnsupportedOperationError(f"the account is {account.status}")
            authorisation = Authorisation(
                authorisation_id=str(uuid4()),
                bank_account_id=bank_account_id,
                bank_id=account.bank_id,
                external_id=account.external_id,
                redirect_uri=redirect_uri,
                state=str(uuid4()),
                created_at=now,
                expires_at=now + self._settings.current.authorisation_seconds,
            )
            self._authorisations[authorisation.authorisation_id] = authorisation
            return authorisation

    def authorisations(self) -> list[Authorisation]:
        """List the authorisations, oldest first."""
        with self._locked():
            return list(self._authorisations.values())

    def authorisation(self, authorisation_id: str) -> Authorisation:
        """Return an authorisation. Raises NotFoundError."""
        with self._locked():
            return _get(self._authorisations, authorisation_id, "authorisation")

    def report(self, authorisation_id: str, status: str, received_at: float | None = None) -> Authorisation:
        """Record the result that the provider reports.

        Raises NotFoundError, or UnsupportedOperationError if the authorisation is completed or expired.
        """
        with self._locked() as now:
            before = _get(self._authorisations, authorisation_id, "authorisation")
            progress = before.progress(now)
            report = Report(now, status, progress is AuthorisationState.OPEN, received_at or now)
            after = replace(before, reports=(*before.reports, report))
            self._authorisations[authorisation_id] = after
            if not report.accepted:
                raise UnsupportedOperationError(f"the authorisation is {progress}")
            if status == "success":
                self._verify(after.bank_account_id, now)
            return after

    def _verify(self, bank_account_id: str, now: float) -> None:
        if self._accounts.get(bank_account_id).status is not AccountStatus.AUTH_REQUIRED:
            return
        verifying = self._accounts.set_status(bank_account_id, AccountStatus.VERIFYING_AUTH, now)

        def finish(at: float) -> None:
            if self._accounts.get(bank_account_id).history == verifying.history:
                self._accounts.set_status(bank_account_id, AccountStatus.ACTIVE, at)

        self._schedule.add(now + self._settings.current.verifying_seconds, finish)

    def post_statement(self, bank_account_id: str, bank_id: str) -> Statement:
        """Accept a statement that marks an account `authRequired`. The processing takes `statement_seconds`.

        Raises NotFoundError, ValidationError if the account belongs to another bank, or UnsupportedOperationError while
        another statement of the account is in process.
        """
        with self._locked() as now:
            account = self._accounts.get(bank_account_id)
            if account.bank_id != bank_id:
                raise ValidationError("bankId is not the bank of this account")
            if bank_account_id in self._in_flight:
                raise UnsupportedOperationError("a statement of this account is being processed")
            statement = Statement(str(uuid4()), bank_account_id, now)
            self._statements[statement.statement_id] = statement
            self._in_flight.add(bank_account_id)
            due = now + self._settings.current.statement_seconds
            self._schedule.add(due, lambda at: self._process(statement, at))
            return statement

    def statement(self, statement_id: str) -> Statement:
        """Return a statement. Raises NotFoundError."""
        with self._locked():
            return _get(self._statements, statement_id, "statement")

    def _process(self, statement: Statement, at: float) -> None:
        self._in_flight.discard(statement.bank_account_id)
        account = self._accounts.get(statement.bank_account_id)
        impossible = None if account.status in CAN_LOSE_AUTHORISATION else f"the account is {account.status}"
        if reason := self.rejections.get(account.bank_account_id, impossible):
            done = replace(statement, status=StatementStatus.FAILED, reason=reason)
        else:
            self._accounts.set_status(account.bank_account_id, AccountStatus.AUTH_REQUIRED, at)
            done = replace(statement, status=StatementStatus.COMPLETED)
        self._statements[statement.statement_id] = done


def _get[Record](records: dict[str, Record], key: str, kind: str) -> Record:
    try:
        return records[key]
    except KeyError:
        raise NotFoundError(f"there is no such {kind}") from None
