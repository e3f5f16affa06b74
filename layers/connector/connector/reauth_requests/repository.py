"""The requests in DynamoDB: one record for each account, which a message claims by one conditional write."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Protocol

from connector.aws.errors import service_errors
from connector.aws.items import found_by, plain, serialise
from connector.reauth_requests.model import (
    ENDED_BADLY,
    AlreadyRequestedError,
    ReauthRequest,
    RequestRecord,
    RequestStatus,
    RequestUpdate,
)

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

KEEP = timedelta(days=180)
"""How long a record is kept: a customer may take months to reconnect, and `connector show` begins with the request."""


class RequestRepository(Protocol):
    """The records of requests, one for each account."""

    def claim(self, request: ReauthRequest, claimant: str, *, window_seconds: int, now: float) -> RequestRecord:
        """Begin a request, or return the claimant's own. Raise AlreadyRequestedError where another message has it."""

    def write(self, record: RequestRecord, update: RequestUpdate) -> None:
        """Record a step. Raise AlreadyRequestedError where another message has the record now."""

    def find(self, bank_account_id: str) -> RequestRecord | None:
        """Return an account's record, or None."""


@dataclass(frozen=True, slots=True)
class DynamoDBRequestRepository:
    """The requests table."""

    client: "DynamoDBClient"
    table: str

    @service_errors("DynamoDB")
    def claim(self, request: ReauthRequest, claimant: str, *, window_seconds: int, now: float) -> RequestRecord:
        """Claim in one `UpdateItem`, with the condition of `RequestRecord.admits`. A refusal returns the record.

        A message that SQS delivers again, or whose write's response was lost, finds its own record and continues it.
        """
        values = {
            ":claimant": claimant,
            ":now": int(now),
            ":requested": RequestStatus.REQUESTED.value,
            ":bank": request.bank_id,
            ":window": int(now) + window_seconds,
            ":purge": int(now + KEEP.total_seconds()),
            ":entry": [{"at": int(now * 1000), "event": "requested"}],
            ":none": [],
        } | {f":ended{n}": request_status.value for n, request_status in enumerate(sorted(ENDED_BADLY))}
        ended = ", ".join(name for name in values if name.startswith(":ended"))
        try:
            response = self.client.update_item(
                TableName=self.table,
                Key=_key(request.bank_account_id),
                ConditionExpression="attribute_not_exists(bank_account_id) OR "
                f"(claimant <> :claimant AND (request_status IN ({ended}) OR window_until <= :now))",
                UpdateExpression="SET claimant = :claimant, request_status = :requested, bank_id = :bank, "
                "requested_at = :now, window_until = :window, purge_at = :purge, "
                "earlier = if_not_exists(history, :none), history = :entry "
                "REMOVE posted_at, statement_id, statement_status, reason",
                ExpressionAttributeValues=_values(values),
                ReturnValues="ALL_NEW",
                ReturnValuesOnConditionCheckFailure="ALL_OLD",
            )
        except self.client.exceptions.ConditionalCheckFailedException as error:
            found = found_by(error)
            if not found or found["claimant"] != claimant:
                raise AlreadyRequestedError from None
            return RequestRecord.from_item(found)
        return RequestRecord.from_item(plain(response["Attributes"]))

    @service_errors("DynamoDB")
    def write(self, record: RequestRecord, update: RequestUpdate) -> None:
        """Record the step in one `UpdateItem`, on condition that the claimant still has the record."""
        sets = {**update.sets, "request_status": update.request_status.value}
        values = {f":{name}": value for name, value in sets.items()}
        assignments = ", ".join(f"{name} = :{name}" for name in sets)
        try:
            self.client.update_item(
                TableName=self.table,
                Key=_key(record.bank_account_id),
                ConditionExpression="claimant = :claimant",
                UpdateExpression=f"SET {assignments}, history = list_append(history, :entry)",
                ExpressionAttributeValues=_values(values | {":claimant": record.claimant, ":entry": [update.entry]}),
            )
        except self.client.exceptions.ConditionalCheckFailedException:
            raise AlreadyRequestedError from None

    @service_errors("DynamoDB")
    def find(self, bank_account_id: str) -> RequestRecord | None:
        """Read the record consistently: with every write that was acknowledged."""
        response = self.client.get_item(TableName=self.table, Key=_key(bank_account_id), ConsistentRead=True)
        return RequestRecord.from_item(plain(response["Item"])) if "Item" in response else None


def _key(bank_account_id: str) -> dict[str, Any]:
    return {"bank_account_id": serialise(bank_account_id)}


def _values(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: serialise(value) for name, value in values.items()}
