"""The conditions under which a stored session admits an update, each with the reason of its refusal.

A condition is described once, by predicates on attributes. A predicate evaluates itself against a session and writes
itself as a DynamoDB condition expression, so the in-memory store and the table cannot disagree.
"""

import operator
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from connector.session.authorisation import Item, Refusal, State

NOTHING: Mapping[str, Any] = MappingProxyType({})

AWAITS_BEGIN, AWAITS_ANSWER = "begin", "answer"
"""The customer's next action that a session awaits. A session without a prompt awaits `begin`."""

LONGEST_JOURNEY = 150
"""Entries of the history. Afterwards no answer is accepted, so that the last writes fit into the item (400 KiB)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class UpdateValues:
    """The values of an update that conditions compare with the stored session."""

    now: float
    """Seconds since the epoch."""
    equals: Mapping[str, str | int] = NOTHING
    """Stored values that must be equal to these: the proof that the caller may update the session."""
    at_step: int | None = None
    """The step that the journey must be at; None: any step."""
    attempts_below: int | None = None
    """The number of refused answers must be lower; None: any number."""
    begins_below: int | None = None
    """The number of begins must be lower; None: any number."""
    polled_until_below: int | None = None
    """`polled_until` must be lower; None: any."""


@dataclass(frozen=True, slots=True)
class Placeholders:
    """The names and plain values of a DynamoDB expression. DynamoDB reserves some names, for example `state`."""

    names: dict[str, str] = field(default_factory=dict)
    values: dict[str, Any] = field(default_factory=dict)

    def name(self, attribute: str) -> str:
        """Return the placeholder of an attribute's name."""
        self.names[f"#{attribute}"] = attribute
        return f"#{attribute}"

    def value(self, value: object) -> str:
        """Return a new placeholder for a value."""
        placeholder = f":v{len(self.values)}"
        self.values[placeholder] = value
        return placeholder


@dataclass(frozen=True, slots=True)
class Predicate:
    """One predicate on a session, in two forms. The item is empty where the session does not exist."""

    holds: Callable[[Item], bool]
    expression: Callable[[Placeholders], str]


def _has(attribute: str) -> Predicate:
    return Predicate(lambda item: attribute in item, lambda to: f"attribute_exists({to.name(attribute)})")


def _lacks(attribute: str) -> Predicate:
    return Predicate(lambda item: attribute not in item, lambda to: f"attribute_not_exists({to.name(attribute)})")


_COMPARATORS: Mapping[str, Callable[[Any, Any], bool]] = MappingProxyType(
    {"=": operator.eq, "<": operator.lt, "<=": operator.le, ">": operator.gt}
)


def _shorter(attribute: str, length: int) -> Predicate:
    """Require that a list is shorter. As in DynamoDB, false where the session lacks the list."""
    return Predicate(
        lambda item: attribute in item and len(item[attribute]) < length,
        lambda to: f"size({to.name(attribute)}) < {to.value(length)}",
    )


def _compare(attribute: str, comparator: str, value: str | int) -> Predicate:
    """Compare an attribute with a value. As in DynamoDB, false where the session lacks the attribute."""
    return Predicate(
        lambda item: attribute in item and _COMPARATORS[comparator](item[attribute], value),
        lambda to: f"{to.name(attribute)} {comparator} {to.value(value)}",
    )


def _either(one: Predicate, other: Predicate) -> Predicate:
    return Predicate(
        lambda item: one.holds(item) or other.holds(item),
        lambda to: f"({one.expression(to)} OR {other.expression(to)})",
    )


@dataclass(frozen=True, slots=True)
class Condition:
    """Predicates that must all hold, made of an update's values, and the reason of the refusal where one does not."""

    reason: Refusal
    predicates: Callable[[UpdateValues], Sequence[Predicate]]


EXISTS = Condition(Refusal.UNKNOWN, lambda _: [_has("authorisation_id")])
NOT_EXISTS = Condition(Refusal.KNOWN, lambda _: [_lacks("authorisation_id")])
PROVED = Condition(
    Refusal.NOT_MATCHING, lambda values: [_compare(name, "=", value) for name, value in values.equals.items()]
)
NOT_EXPIRED = Condition(Refusal.EXPIRED, lambda values: [_compare("expires_at", ">", int(values.now))])
AT_STEP = Condition(
    Refusal.OTHER_STEP, lambda values: [] if values.at_step is None else [_compare("step", "=", values.at_step)]
)
ATTEMPTS_LEFT = Condition(
    Refusal.NO_ATTEMPTS_LEFT,
    lambda values: [] if values.attempts_below is None else [_compare("attempts", "<", values.attempts_below)],
)
BEGINS_LEFT = Condition(
    Refusal.NO_BEGINS_LEFT,
    lambda values: (
        [] if values.begins_below is None else [_either(_lacks("begins"), _compare("begins", "<", values.begins_below))]
    ),
)
MAY_BEGIN = Condition(Refusal.OTHER_STEP, lambda _: [_either(_lacks("awaits"), _compare("awaits", "=", AWAITS_BEGIN))])
UPDATES_LEFT = Condition(Refusal.NO_UPDATES_LEFT, lambda _: [_shorter("history", LONGEST_JOURNEY)])
POLL_DUE = Condition(
    Refusal.BUSY,
    lambda values: (
        []
        if values.polled_until_below is None
        else [_either(_lacks("polled_until"), _compare("polled_until", "<", values.polled_until_below))]
    ),
)
IN_OUTBOX = Condition(Refusal.USED, lambda _: [_has("outbox")])
LEASE_FREE = Condition(
    Refusal.BUSY, lambda values: [_either(_lacks("lease_until"), _compare("lease_until", "<=", int(values.now)))]
)


def state_is(state: State) -> Condition:
    """Require one state. A session only moves forward, so in another state the transition has been used already."""
    return Condition(Refusal.USED, lambda _: [_compare("state", "=", state.value)])
