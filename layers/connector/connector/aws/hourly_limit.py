"""A limit of events within an hour, which all Lambda environments share."""

from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING

from connector.aws.errors import service_errors

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

HOUR = 3600
"""Seconds."""


@dataclass(frozen=True, slots=True)
class HourlyLimit:
    """Counts in the locks table: one item for each key and hour, which DynamoDB deletes after the hour."""

    client: "DynamoDBClient"
    table: str
    limit: int
    clock: Callable[[], float]

    def admit(self, key: str) -> bool:
        """Count an event of `key` in one conditional write; tell whether it is within the limit.

        The table holds only a SHA-256 of the key. Raise ServiceUnavailableError.
        """
        hour = int(self.clock()) // HOUR
        with service_errors("DynamoDB"):
            try:
                self.client.update_item(
                    TableName=self.table,
                    Key={"lock": {"S": f"hour:{hour}:{sha256(key.encode()).hexdigest()}"}},
                    UpdateExpression="SET #purge_at = :purge_at ADD #events :one",
                    ConditionExpression="attribute_not_exists(#events) OR #events < :limit",
                    ExpressionAttributeNames={"#events": "events", "#purge_at": "purge_at"},
                    ExpressionAttributeValues={
                        ":one": {"N": "1"},
                        ":limit": {"N": str(self.limit)},
                        ":purge_at": {"N": str((hour + 1) * HOUR)},
                    },
                )
            except self.client.exceptions.ConditionalCheckFailedException:
                return False
        return True
