"""The accounts of the provider."""

from dataclasses import dataclass

from connector.accounts.repository import DynamoDBAccountRepository
from connector.aws import clients
from connector.runtime.settings import read


@dataclass(frozen=True, kw_only=True)
class AccountSettings:
    """Where the accounts are."""

    accounts_table: str


def accounts() -> DynamoDBAccountRepository:
    """Return the repository of accounts."""
    return DynamoDBAccountRepository(clients.dynamodb(), read(AccountSettings).accounts_table)
