"""The baton: the right to do what only one Lambda environment may do at a time.

It expires, because its holder may die with it::

    A  takes it, fetches ……………………… (killed)
    B             Held, looks again, …… takes it, fetches
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
class Baton:
    """The right, by its name, and who has it."""

    name: str
    holder: str


class Held(Exception):  # noqa: N818 - an answer to the caller, not an error of the program
    """The baton cannot be had for now."""

    def __init__(self, seconds: float, *, resting: bool) -> None:
        super().__init__("resting" if resting else "held")
        self.seconds = seconds
        """Until it can be had, at the latest."""
        self.resting = resting
        """Whether nobody has it: it was laid down to rest."""


class Batons(Protocol):
    """Where batons are had."""

    def take(self, name: str, seconds: float) -> Baton:
        """Take it for at most `seconds`. Raise Held or Outage."""

    def put_down(self, baton: Baton, *, rest: float = 0) -> None:
        """Let others have it, after `rest` seconds. Nothing happens where it has expired. Raise Outage."""


class DynamoDBBatons:
    """The batons' table: one item a name. Times are in milliseconds, as two may be taken within a second."""

    def __init__(self, client: "DynamoDBClient", table: str, clock: Callable[[], float]) -> None:
        self._client = client
        self._table = table
        self._clock = clock

    def take(self, name: str, seconds: float) -> Baton:
        """Take it, in one conditional write."""
        baton, now = Baton(name, secrets.token_hex(8)), self._now()
        refused = self._write(
            baton, "(attribute_not_exists(#until) OR #until <= :now)", {":now": now}, now + int(seconds * 1000)
        )
        # A write whose answer is lost is repeated by the AWS SDK, and finds its own work.
        if refused is None or refused["holder"] == baton.holder:
            return baton
        raise Held((refused["until"] - now) / 1000, resting=refused["resting"])

    def put_down(self, baton: Baton, *, rest: float = 0) -> None:
        """Put it down, unless somebody else has it by now."""
        # Not "until now": somebody else's clock may be a little behind, and they would find it resting.
        until = self._now() + int(rest * 1000) if rest else 0
        self._write(baton, "#holder = :holder", {}, until, resting=rest > 0)

    def _write(
        self, baton: Baton, condition: str, values: dict[str, int], until: int, *, resting: bool = False
    ) -> dict[str, Any] | None:
        """Return what is there, where the condition does not hold."""
        with aws.outages("DynamoDB"):
            try:
                self._client.update_item(
                    TableName=self._table,
                    Key={"baton": {"S": baton.name}},
                    UpdateExpression="SET #holder = :holder, #until = :until, #resting = :resting",
                    ConditionExpression=condition,
                    ExpressionAttributeNames={"#holder": "holder", "#until": "until", "#resting": "resting"},
                    ExpressionAttributeValues={
                        ":holder": {"S": baton.holder},
                        ":until": {"N": str(until)},
                        ":resting": {"BOOL": resting},
                        **{name: {"N": str(value)} for name, value in values.items()},
                    },
                    ReturnValuesOnConditionCheckFailure="ALL_OLD",
                )
            except self._client.exceptions.ConditionalCheckFailedException as error:
                return found_by(error)
        return None

    def _now(self) -> int:
        return int(self._clock() * 1000)
