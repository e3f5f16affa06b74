"""The bank accounts that customers linked."""

from dataclasses import replace
from uuid import uuid4

from simulator.rules.records import Account, AccountStatus, StatusChange
from simulator.rules.refusals import NotFoundError, ValidationError

START_DATE = "2026-01-01"


class Accounts:
    """Accounts by Sage's id and by the provider's."""

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
        """Link an account. Raises ValidationError if one of its ids is already taken."""
        account = Account(
            bank_account_id=bank_account_id or str(uuid4()),
            bank_id=bank_id,
            external_id=external_id,
            name=name,
            requested_start_date=START_DATE,
            history=(change,),
        )
        taken = account.bank_account_id in self._accounts
        if taken or (bank_id, external_id) in self._by_external_id:
            raise ValidationError("an account with this bankAccountId or externalId exists")
        self._accounts[account.bank_account_id] = account
        self._by_external_id[bank_id, external_id] = account.bank_account_id
        return account

    def all(self) -> list[Account]:
        """List them, oldest first."""
        return list(self._accounts.values())

    def get(self, bank_account_id: str) -> Account:
        """Get one. Raises NotFoundError."""
        try:
            return self._accounts[bank_account_id]
        except KeyError:
            raise NotFoundError("there is no such bank account") from None

    def find(self, bank_id: str, external_id: str) -> Account:
        """Get one by the provider's own id of it. Raises NotFoundError."""
        return self.get(self._by_external_id.get((bank_id, external_id), ""))

    def move(self, bank_account_id: str, status: AccountStatus, at: float) -> Account:
        """Change a status; one that stays as it is leaves no trace. Raises NotFoundError."""
        account = self.get(bank_account_id)
        if account.status is not status:
            history = (*account.history, StatusChange(at, status))
            account = replace(account, history=history)
            self._accounts[bank_account_id] = account
        return account
