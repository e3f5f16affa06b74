"""The sessions in DynamoDB: each update is one conditional write, without a read before it."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from connector.aws.errors import service_errors
from connector.aws.items import found_by, plain, serialise
from connector.session.authorisation import Authorisation
from connector.session.conditions import Placeholders
from connector.session.update import OUTBOX, UNCONFIRMED, Update

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


class Store(Protocol):
    """The stored sessions. Every method may raise ServiceUnavailableError."""

    def apply(self, update: Update) -> Authorisation:
        """Apply the update once and return the session after it. Raise TransitionRefusedError."""

    def find(self, authorisation_id: str) -> Authorisation | None:
        """Return the session, or None."""


@dataclass(frozen=True, slots=True)
class OutboxEntry:
    """An outcome that Banking Service has not acknowledged. Times are in seconds since the epoch."""

    authorisation_id: str
    due: int
    """When the next attempt may be made; during an attempt, when its lease ends."""
    decided_at: int


class Outbox(Protocol):
    """The outcomes that Banking Service has not acknowledged."""

    def entries(self) -> Iterator[OutboxEntry]:
        """List the entries, ordered by due time; eventually consistent. Raise ServiceUnavailableError."""


@dataclass(frozen=True, slots=True)
class DynamoDBStore:
    """The authorisations table. Each update is one conditional write, without a read before it."""

    client: "DynamoDBClient"
    table: str

    def apply(self, update: Update) -> Authorisation:
        """Apply the update in one `UpdateItem`, which returns the stored session where a condition does not hold."""
        with service_errors("DynamoDB"):
            try:
                response = self.client.update_item(
                    TableName=self.table,
                    Key=_key(update.authorisation_id),
                    ReturnValues="ALL_NEW",
                    ReturnValuesOnConditionCheckFailure="ALL_OLD",
                    **_expressions(update),
                )
            except self.client.exceptions.ConditionalCheckFailedException as error:
                found = found_by(error)
                if update.took_effect(found):
                    return Authorisation.from_item(found)
                update.check(found)
                raise
        return Authorisation.from_item(plain(response["Attributes"]))

    def find(self, authorisation_id: str) -> Authorisation | None:
        """Read the session; strongly consistent."""
        with service_errors("DynamoDB"):
            response = self.client.get_item(TableName=self.table, Key=_key(authorisation_id), ConsistentRead=True)
        return Authorisation.from_item(plain(response["Item"])) if "Item" in response else None

    def entries(self) -> Iterator[OutboxEntry]:
        """Query the sparse index of the outbox."""
        pages = self.client.get_paginator("query").paginate(
            TableName=self.table,
            IndexName=OUTBOX,
            KeyConditionExpression="outbox = :outbox",
            ExpressionAttributeValues={":outbox": {"S": OUTBOX}},
        )
        with service_errors("DynamoDB"):
            for page in pages:
                for item in map(plain, page["Items"]):
                    yield OutboxEntry(item["authorisation_id"], item["delivery_due"], item["decided_at"])

    def waiting(self, most: int) -> int:
        """Count the outcomes in the outbox, at most `most`; eventually consistent."""
        with service_errors("DynamoDB"):
            return self.client.query(
                TableName=self.table,
                IndexName=OUTBOX,
                KeyConditionExpression="outbox = :outbox",
                ExpressionAttributeValues={":outbox": {"S": OUTBOX}},
                Select="COUNT",
                Limit=most,
            )["Count"]

    def unconfirmed(self, now: float) -> Iterator[Authorisation]:
        """Yield the sessions whose confirmation is due, ordered by due time; the index is eventually consistent."""
        pages = self.client.get_paginator("query").paginate(
            TableName=self.table,
            IndexName=UNCONFIRMED,
            KeyConditionExpression="unconfirmed = :unconfirmed AND confirm_due <= :now",
            ExpressionAttributeValues={":unconfirmed": {"S": UNCONFIRMED}, ":now": {"N": str(int(now))}},
        )
        with service_errors("DynamoDB"):
            named = (plain(item)["authorisation_id"] for page in pages for item in page["Items"])
            for authorisation_id in named:
                if found := self.find(authorisation_id):
                    yield found


def _key(authorisation_id: str) -> dict[str, Any]:
    return {"authorisation_id": {"S": authorisation_id}}


def _expressions(update: Update) -> dict[str, Any]:
    """Return the update as the condition and update expressions of an `UpdateItem`."""
    placeholders = Placeholders()
    return {
        "ConditionExpression": update.condition_expression(placeholders),
        "UpdateExpression": update.update_expression(placeholders),
        "ExpressionAttributeNames": placeholders.names,
        "ExpressionAttributeValues": {name: serialise(value) for name, value in placeholders.values.items()},
    }
