"""The linked bank accounts."""

from dataclasses import replace
from uuid import uuid4

from simulator.rules.records import Account, AccountStatus, StatusChange
from simulator.rules.refusals import NotFoundError, ValidationError

START_DATE = "2026-01-01"


class Accounts:
    """Bank accounts, found by Sage's id and by the provider's id."""

    def __init__(self) -> None:
        self._accounts: dict[str, Account] = {}
        self._by_external_id: dict[tuple[str, str], str] = {}

    def add(
        self,
        change: StatusChange,
        external_id: str,
        bank_id: str,
        name: str,
        bank_account_id: str | None,
    ) -> Account:
        """Link an account. Raises ValidationError if another account has one of its ids."""
        account = Account(
            bank_account_id=bank_account_id or str(uuid4()),
            bank_id=bank_id,
            external_id=external_id,
            name=name,
            requested_start_date=START_DATE,
            history=(change,),
        )
        exists = account.bank_account_id in self._accounts
        if exists or (bank_id, external_id) in self._by_external_id:
            raise ValidationError("an account with this bankAccountId or externalId exists")
        self._accounts[account.bank_account_id] = account
        self._by_external_id[bank_id, external_id] = account.bank_account_id
        return account

    def all(self) -> list[Account]:
        """List the accounts, oldest first."""
        return list(self._accounts.values())

    def get(self, bank_account_id: str) -> Account:
        """Return an account. Raises NotFoundError."""
        try:
            return self._accounts[bank_account_id]
        except KeyError:
            raise NotFoundError("there is no such bank account") from None

    def find(self, bank_id: str, external_id: str) -> Account:
        """Return an account by the provider's id. Raises NotFoundError."""
        return self.get(self._by_external_id.get((bank_id, external_id), ""))

    def set_status(self, bank_account_id: str, status: AccountStatus, at: float) -> Account:
        """Change a status. An unchanged status adds nothing to the history. Raises NotFoundError."""
        account = self.get(bank_account_id)
        if account.status is not status:
            history = (*account.history, StatusChange(at, status))
            account = replace(account, history=history)
            self._accounts[bank_account_id] = account
        return account
