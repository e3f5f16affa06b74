"""The accounts in DynamoDB: Sage's id of each beside the provider's own, and when the customer disconnected it.

Source: Sage's "Connector API" page: `resourceCreated` and `resourceDeleted` of a `bankAccount`, each with `externalId`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Protocol, Self

from connector.aws.errors import service_errors
from connector.aws.items import plain, serialise

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

BY_EXTERNAL_ID = "external_id"
"""The index by the provider's own id."""

KEEP_DISCONNECTED = timedelta(days=180)
"""As long as a request is kept (`connector.reauth_requests.repository.KEEP`)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """An account. Times are in seconds since the epoch."""

    bank_account_id: str
    """Sage's id."""
    notified_at: int
    external_id: str | None = None
    """The provider's own id."""
    bank_id: str | None = None
    disconnected_at: int | None = None

    @classmethod
    def from_item(cls, item: Mapping[str, Any]) -> Self:
        """Read a stored item."""
        return cls(**{f.name: item[f.name] for f in fields(cls) if f.name in item})


def is_disconnected(account: Account | None) -> bool:
    """Tell whether Sage notified that the customer disconnected the account. An unknown account is not."""
    return account is not None and account.disconnected_at is not None


class AccountRepository(Protocol):
    """The accounts. Every method may raise ServiceUnavailableError."""

    def write(self, account: Account) -> None:
        """Store what a notification says; the last notification of an account counts."""

    def find(self, bank_account_id: str) -> Account | None:
        """Return the account, or None."""

    def find_external(self, external_id: str) -> Account | None:
        """Return the account of the provider's own id that was notified last, or None; eventually consistent."""


@dataclass(frozen=True, slots=True)
class DynamoDBAccountRepository:
    """The accounts table."""

    client: "DynamoDBClient"
    table: str

    @service_errors("DynamoDB")
    def write(self, account: Account) -> None:
        """Write the account in one `UpdateItem`. A disconnected account is purged, another one is not."""
        sets: dict[str, str | int] = {"notified_at": account.notified_at}
        sets |= {
            name: value for name, value in (("external_id", account.external_id), ("bank_id", account.bank_id)) if value
        }
        removes = ""
        if account.disconnected_at is None:
            removes = " REMOVE disconnected_at, purge_at"
        else:
            sets["disconnected_at"] = account.disconnected_at
            sets["purge_at"] = account.disconnected_at + int(KEEP_DISCONNECTED.total_seconds())
        self.client.update_item(
            TableName=self.table,
            Key=_key(account.bank_account_id),
            UpdateExpression=f"SET {', '.join(f'{name} = :{name}' for name in sets)}{removes}",
            ExpressionAttributeValues={f":{name}": serialise(value) for name, value in sets.items()},
        )

    @service_errors("DynamoDB")
    def find(self, bank_account_id: str) -> Account | None:
        """Read the account consistently: with every write that was acknowledged."""
        response = self.client.get_item(TableName=self.table, Key=_key(bank_account_id), ConsistentRead=True)
        return Account.from_item(plain(response["Item"])) if "Item" in response else None

    @service_errors("DynamoDB")
    def find_external(self, external_id: str) -> Account | None:
        """Query the index by the provider's own id."""
        response = self.client.query(
            TableName=self.table,
            IndexName=BY_EXTERNAL_ID,
            KeyConditionExpression="external_id = :external",
            ExpressionAttributeValues={":external": serialise(external_id)},
        )
        found = (Account.from_item(plain(item)) for item in response["Items"])
        return max(found, key=lambda account: account.notified_at, default=None)


def _key(bank_account_id: str) -> dict[str, Any]:
    return {"bank_account_id": serialise(bank_account_id)}
