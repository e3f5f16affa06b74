"""The sessions in DynamoDB: each move is one conditional write, and nothing is read before it."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from botocore.exceptions import ClientError

from connector.aws import clients as aws
from connector.aws.items import found_by, plain, serialise
from connector.session.authorisation import Authorisation, TransitionRefusedError
from connector.session.transition import Update, refusal, took_effect
from connector.session.updates import OUTBOX, UNCONFIRMED

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


class Store(Protocol):
    """Where sessions are kept. Everything may raise Outage."""

    def apply(self, update: Update) -> Authorisation:
        """Make the move and return the session after it. Raise TransitionRefusedError where the session does not admit it."""

    def find(self, authorisation_id: str) -> Authorisation | None:
        """Return the session as it stands, or None."""


@dataclass(frozen=True, slots=True)
class OutboxEntry:
    """An outcome that Banking Service has not acknowledged. Times are in seconds since the epoch."""

    authorisation_id: str
    due: int
    """When the next attempt may be made; while somebody makes one, when their lease ends."""
    decided_at: int


class Outbox(Protocol):
    """What is owed to Banking Service."""

    def entries(self) -> Iterator[OutboxEntry]:
        """List it, what is due first at first. A moment old: what was just settled may still be there. Raise Outage."""


class DynamoDBStore:
    """The authorisations table."""

    def __init__(self, client: "DynamoDBClient", table: str) -> None:
        self._client = client
        self._table = table

    def apply(self, update: Update) -> Authorisation:
        """Make the move in one `UpdateItem`, which tells, when it is refused, what it found."""
        with aws.service_errors("DynamoDB"):
            try:
                answer = self._client.update_item(
                    TableName=self._table,
                    Key=_key(update.authorisation_id),
                    ReturnValues="ALL_NEW",
                    ReturnValuesOnConditionCheckFailure="ALL_OLD",
                    **_compile(update),
                )
            except self._client.exceptions.ConditionalCheckFailedException as error:
                return _explain(update, error)
        return Authorisation.from_item(plain(answer["Attributes"]))

    def find(self, authorisation_id: str) -> Authorisation | None:
        """Read the session as it stands after every write that was acknowledged."""
        with aws.service_errors("DynamoDB"):
            answer = self._client.get_item(TableName=self._table, Key=_key(authorisation_id), ConsistentRead=True)
        return Authorisation.from_item(plain(answer["Item"])) if "Item" in answer else None

    def entries(self) -> Iterator[OutboxEntry]:
        """Read the sparse index."""
        pages = self._client.get_paginator("query").paginate(
            TableName=self._table,
            IndexName=OUTBOX,
            KeyConditionExpression="outbox = :outbox",
            ExpressionAttributeValues={":outbox": {"S": OUTBOX}},
        )
        with aws.service_errors("DynamoDB"):
            for page in pages:
                for item in map(plain, page["Items"]):
                    yield OutboxEntry(item["authorisation_id"], item["delivery_due"], item["decided_at"])

    def unconfirmed(self, now: float) -> Iterator[Authorisation]:
        """Read the other sparse index, and each session that it names."""
        pages = self._client.get_paginator("query").paginate(
            TableName=self._table,
            IndexName=UNCONFIRMED,
            KeyConditionExpression="unconfirmed = :unconfirmed AND confirm_due <= :now",
            ExpressionAttributeValues={":unconfirmed": {"S": UNCONFIRMED}, ":now": {"N": str(int(now))}},
        )
        with aws.service_errors("DynamoDB"):
            named = (plain(item)["authorisation_id"] for page in pages for item in page["Items"])
            for authorisation_id in named:
                if found := self.find(authorisation_id):
                    yield found


def _key(authorisation_id: str) -> dict[str, Any]:
    return {"authorisation_id": {"S": authorisation_id}}


def _explain(update: Update, error: ClientError) -> Authorisation:
    item = found_by(error)
    if item is not None and took_effect(update, item):
        return Authorisation.from_item(item)
    reason = refusal(update, item)
    if reason is None:
        # The condition and `refusal` are two readings of one move: that they differ can only be a fault of ours.
        raise AssertionError(
            f"{update.transition.event} was refused by the table and admitted by the domain"
        ) from error
    raise TransitionRefusedError(reason, Authorisation.from_item(item) if item else None) from None


def _compile(update: Update) -> dict[str, Any]:
    """Write the move as the condition and update of an `UpdateItem`."""
    transition, expression = update.transition, _Expression()
    conditions = [f"{expression.name(k)} = {expression.value(v)}" for k, v in update.equals.items()]
    if transition.prior:
        states = ", ".join(expression.value(state.value) for state in sorted(transition.prior))
        conditions.append(f"{expression.name('state')} IN ({states})")
    else:
        conditions.append("attribute_not_exists(authorisation_id)")
    now = int(update.now)
    if transition.in_outbox:
        conditions.append("attribute_exists(outbox)")
    if transition.live:
        conditions.append(f"expires_at > {expression.value(now)}")
    if update.at_step is not None:
        conditions.append(f"{expression.name('step')} = {expression.value(update.at_step)}")
    if update.attempts_below is not None:
        conditions.append(f"attempts < {expression.value(update.attempts_below)}")
    if transition.unleased:
        conditions.append(f"(attribute_not_exists(lease_until) OR lease_until <= {expression.value(now)})")

    sets = {**update.sets, "state": transition.next.value}
    assignments = [f"{expression.name(k)} = {expression.value(v)}" for k, v in sets.items()]
    history, entry, empty = expression.name("history"), expression.value([update.entry]), expression.value([])
    assignments.append(f"{history} = list_append(if_not_exists({history}, {empty}), {entry})")
    clauses = [f"SET {', '.join(assignments)}"]
    if update.adds:
        clauses.append(
            "ADD " + ", ".join(f"{expression.name(k)} {expression.value(v)}" for k, v in update.adds.items())
        )
    if update.removes:
        clauses.append("REMOVE " + ", ".join(expression.name(k) for k in sorted(update.removes)))
    return {
        "ConditionExpression": " AND ".join(conditions),
        "UpdateExpression": " ".join(clauses),
        "ExpressionAttributeNames": expression.names,
        "ExpressionAttributeValues": expression.values,
    }


class _Expression:
    """Placeholders: any of our names may be a word that DynamoDB reserves, as `state` is."""

    def __init__(self) -> None:
        self.names: dict[str, str] = {}
        self.values: dict[str, Any] = {}

    def name(self, name: str) -> str:
        self.names[f"#{name}"] = name
        return f"#{name}"

    def value(self, value: object) -> str:
        placeholder = f":v{len(self.values)}"
        self.values[placeholder] = serialise(value)
        return placeholder
