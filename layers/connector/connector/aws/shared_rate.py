"""A limit of calls per second that all Lambda environments share, and that gives way to more urgent calls.

One item in the locks table has the time when the next turn begins, in milliseconds. A caller moves it on by one
interval, and by one more for each urgent call that waits; then it waits for the last of these turns.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from connector.aws.errors import service_errors

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


@dataclass(frozen=True, slots=True, kw_only=True)
class SharedRate:
    """`per_second` turns a second, in equal intervals. `urgent` returns how many more urgent calls wait now."""

    client: "DynamoDBClient"
    table: str
    name: str
    per_second: float
    urgent: Callable[[], int]
    clock: Callable[[], float]
    pause: Callable[[float], None]

    def wait(self) -> None:
        """Wait for the next turn, and one turn longer for each urgent call. Raise ServiceUnavailableError."""
        interval = 1000 / self.per_second
        longer = round(self.urgent() * interval)
        taken = longer + round(interval)
        now = int(self.clock() * 1000)
        begins = self._update("SET #next = if_not_exists(#next, :now) + :taken", {":now": now, ":taken": taken}) - taken
        if begins < now:
            # Nobody has called for some time. A turn that was not used does not come back.
            self._update("SET #next = :next", {":next": now + taken})
            begins = now
        self.pause((begins + longer - now) / 1000)

    def _update(self, expression: str, values: dict[str, int]) -> int:
        with service_errors("DynamoDB"):
            response: Any = self.client.update_item(
                TableName=self.table,
                Key={"lock": {"S": self.name}},
                UpdateExpression=expression,
                ExpressionAttributeNames={"#next": "next"},
                ExpressionAttributeValues={name: {"N": str(value)} for name, value in values.items()},
                ReturnValues="UPDATED_NEW",
            )
        return int(response["Attributes"]["next"]["N"])
