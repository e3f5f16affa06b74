"""The baton: the right to do what only one Lambda environment may do at a time.

It expires, because its holder may die with it::

    A  takes it, fetches ……………………… (killed)
    B             LockHeldError, looks again, …… takes it, fetches
                                       └ A's expiry

So what is done under it must be harmless when it is, once in a lifetime, done twice.
"""

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from connector.aws import clients as aws
from connector.aws.items import found_by

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


@dataclass(frozen=True, slots=True)
class Lock:
    """The right, by its name, and who has it."""

    name: str
    holder: str


class LockHeldError(Exception):
    """The baton cannot be had for now."""

    def __init__(self, seconds: float, *, cooling_down: bool) -> None:
        super().__init__("cooling_down" if cooling_down else "held")
        self.seconds = seconds
        """Until it can be had, at the latest."""
        self.cooling_down = cooling_down
        """Whether nobody has it: it was laid down to rest."""


class Locks(Protocol):
    """Where batons are had."""

    def acquire(self, name: str, seconds: float) -> Lock:
        """Take it for at most `seconds`. Raise LockHeldError or Outage."""

    def release(self, lock: Lock, *, cool_down: float = 0) -> None:
        """Let others have it, after `rest` seconds. Nothing happens where it has expired. Raise Outage."""


class DynamoDBLocks:
    """The batons' table: one item a name. Times are in milliseconds, as two may be taken within a second."""

    def __init__(self, client: "DynamoDBClient", table: str, clock: Callable[[], float]) -> None:
        self._client = client
        self._table = table
        self._clock = clock

    def acquire(self, name: str, seconds: float) -> Lock:
        """Take it, in one conditional write."""
        lock, now = Lock(name, secrets.token_hex(8)), self._now()
        refused = self._write(
            lock, "(attribute_not_exists(#until) OR #until <= :now)", {":now": now}, now + int(seconds * 1000)
        )
        # A write whose answer is lost is repeated by the AWS SDK, and finds its own work.
        if refused is None or refused["holder"] == lock.holder:
            return lock
        raise LockHeldError((refused["until"] - now) / 1000, cooling_down=refused["cooling_down"])

    def release(self, lock: Lock, *, cool_down: float = 0) -> None:
        """Put it down, unless somebody else has it by now."""
        # Not "until now": somebody else's clock may be a little behind, and they would find it resting.
        until = self._now() + int(cool_down * 1000) if cool_down else 0
        self._write(lock, "#holder = :holder", {}, until, cooling_down=cool_down > 0)

    def _write(
        self, lock: Lock, condition: str, values: dict[str, int], until: int, *, cooling_down: bool = False
    ) -> dict[str, Any] | None:
        """Return what is there, where the condition does not hold."""
        with aws.service_errors("DynamoDB"):
            try:
                self._client.update_item(
                    TableName=self._table,
                    Key={"lock": {"S": lock.name}},
                    UpdateExpression="SET #holder = :holder, #until = :until, #cooling_down = :cooling_down",
                    ConditionExpression=condition,
                    ExpressionAttributeNames={"#holder": "holder", "#until": "until", "#cooling_down": "cooling_down"},
                    ExpressionAttributeValues={
                        ":holder": {"S": lock.holder},
                        ":until": {"N": str(until)},
                        ":cooling_down": {"BOOL": cooling_down},
                        **{name: {"N": str(value)} for name, value in values.items()},
                    },
                    ReturnValuesOnConditionCheckFailure="ALL_OLD",
                )
            except self._client.exceptions.ConditionalCheckFailedException as error:
                return found_by(error)
        return None

    def _now(self) -> int:
        return int(self._clock() * 1000)
