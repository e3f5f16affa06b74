"""A lock that only one Lambda environment holds at a time.

A lock expires, because its holder may be killed::

    A  acquires it, works ………………………… (killed)
    B             LockHeldError, tries again, …… acquires it, works
                                        └ A's lock expires

So a lock can expire while its holder still works; guarded work must be idempotent.
"""

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from connector.aws.errors import service_errors
from connector.aws.items import found_by

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


@dataclass(frozen=True, slots=True)
class Lock:
    """A lock that was acquired: its name, and the unique id of its holder."""

    name: str
    holder: str


class LockHeldError(Exception):
    """The lock is held, or cooling down."""

    def __init__(self, seconds: float, *, cooling_down: bool) -> None:
        super().__init__("cooling_down" if cooling_down else "held")
        self.seconds = seconds
        """The longest time until it can be acquired."""
        self.cooling_down = cooling_down
        """Whether it was released with a cool-down, and has no holder."""


class Locks(Protocol):
    """The locks. Every method may raise ServiceUnavailableError."""

    def acquire(self, name: str, seconds: float) -> Lock:
        """Acquire the lock for at most `seconds`. Raise LockHeldError."""

    def release(self, lock: Lock, *, cool_down: float = 0) -> None:
        """Release the lock; it can be acquired again after `cool_down` seconds. Change nothing where it has expired."""


@dataclass(frozen=True, slots=True)
class DynamoDBLocks:
    """The locks table: one item for each name. Times are in milliseconds: a lock can be held for less than a second."""

    client: "DynamoDBClient"
    table: str
    clock: Callable[[], float]

    def acquire(self, name: str, seconds: float) -> Lock:
        """Acquire the lock in one conditional write."""
        lock, now = Lock(name, secrets.token_hex(8)), self._now()
        found = self._write(
            lock, "(attribute_not_exists(#until) OR #until <= :now)", {":now": now}, now + int(seconds * 1000)
        )
        # The AWS SDK repeats a write whose response is lost; the repetition finds the item that it wrote.
        if not found or found["holder"] == lock.holder:
            return lock
        raise LockHeldError((found["until"] - now) / 1000, cooling_down=found["cooling_down"])

    def release(self, lock: Lock, *, cool_down: float = 0) -> None:
        """Release the lock, unless another caller holds it now."""
        # Without a cool-down 0 and not now: another caller's clock may be slow, and the lock would still be held there.
        until = self._now() + int(cool_down * 1000) if cool_down else 0
        self._write(lock, "#holder = :holder", {}, until, cooling_down=cool_down > 0)

    def _write(
        self, lock: Lock, condition: str, values: dict[str, int], until: int, *, cooling_down: bool = False
    ) -> dict[str, Any]:
        """Write the item. Return the stored item where the condition does not hold, otherwise nothing."""
        with service_errors("DynamoDB"):
            try:
                self.client.update_item(
                    TableName=self.table,
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
            except self.client.exceptions.ConditionalCheckFailedException as error:
                return found_by(error)
        return {}

    def _now(self) -> int:
        return int(self.clock() * 1000)
