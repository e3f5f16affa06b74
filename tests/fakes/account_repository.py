"""The accounts in memory."""

from dataclasses import dataclass, field

from connector.accounts.repository import Account


@dataclass
class MemoryAccountRepository:
    """Each account as its last notification says."""

    accounts: dict[str, Account] = field(default_factory=dict)

    def write(self, account: Account) -> None:
        self.accounts[account.bank_account_id] = account

    def find(self, bank_account_id: str) -> Account | None:
        return self.accounts.get(bank_account_id)

    def find_external(self, external_id: str) -> Account | None:
        found = (account for account in self.accounts.values() if account.external_id == external_id)
        return max(found, key=lambda account: account.notified_at, default=None)
