"""An update is one transition of one session, with its values. All pure; `now` is in seconds since the epoch.

The in-memory store applies an update with `applied_to`; the table gets the same update as one conditional write.
Each capability makes its own updates, in its module `updates`: `connector.journey.updates`,
`connector.delivery.updates`, `connector.confirmation.updates`. The two that begin a session's life stand beside the
only use case that makes them: `connector.notification.accept`, `connector.journey.start`.
"""

import secrets
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from connector.session.authorisation import Authorisation, Item, TransitionRefusedError
from connector.session.conditions import NOTHING, Placeholders, Predicate, UpdateValues
from connector.session.transitions import Transition

LEASE_ATTRIBUTES = frozenset({"lease", "lease_until"})

# Delivery and confirmation write these two attributes; the sessions' table has an index on each.
OUTBOX = "outbox"
"""The sparse index of the outcomes that Banking Service has not acknowledged, and its one partition."""

UNCONFIRMED = "unconfirmed"
"""The sparse index of the sessions whose account is not known to be authorised again, and its one partition."""


def new_id() -> str:
    """Return an id that no other update or lease has."""
    return secrets.token_hex(8)


@dataclass(frozen=True, slots=True, kw_only=True)
class Update(UpdateValues):
    """One transition of one session, with its values."""

    transition: Transition
    authorisation_id: str
    id: str = field(default_factory=new_id)
    """Unique. The history keeps it, so that a repeated write finds that it took effect already."""
    sets: Mapping[str, str | int] = NOTHING
    adds: Mapping[str, int] = NOTHING
    removes: frozenset[str] = frozenset()
    detail: Mapping[str, str | int] = NOTHING
    """More about the update, for the history. Nothing secret, no personal data."""
    recorded: bool = True
    """Whether the history gets an entry. Without one a repeated write does not find that it took effect already."""

    def took_effect(self, item: Item) -> bool:
        """Tell whether this very update is in the session's history already.

        The AWS SDK repeats a write whose answer is lost. The repetition would be refused because of its own work::

            SDK   UpdateItem ──> DynamoDB   opened          (the answer is lost)
            SDK   UpdateItem ──> DynamoDB   refused: not `notified` any more
        """
        return any(entry["id"] == self.id for entry in item.get("history", ()))

    def check(self, item: Item) -> None:
        """Raise TransitionRefusedError, with the reason, where the stored session does not admit the update."""
        for condition in self.transition.conditions:
            if not all(predicate.holds(item) for predicate in condition.predicates(self)):
                raise TransitionRefusedError(condition.reason, Authorisation.from_item(item) if item else None)

    def applied_to(self, item: Item) -> dict[str, Any]:
        """Return the session after the update, which `check` must have admitted."""
        after = {"authorisation_id": self.authorisation_id, **item, **self._assignments}
        if self.recorded:
            after["history"] = [*item.get("history", ()), self._entry]
        for name, amount in self.adds.items():
            after[name] = after.get(name, 0) + amount
        return {name: value for name, value in after.items() if name not in self.removes}

    def condition_expression(self, to: Placeholders) -> str:
        """Write what `check` evaluates as a DynamoDB condition expression."""
        return " AND ".join(predicate.expression(to) for predicate in self._predicates())

    def update_expression(self, to: Placeholders) -> str:
        """Write what `applied_to` does as a DynamoDB update expression."""
        assignments = [f"{to.name(name)} = {to.value(value)}" for name, value in self._assignments.items()]
        if self.recorded:
            history, none, entry = to.name("history"), to.value([]), to.value([self._entry])
            assignments.append(f"{history} = list_append(if_not_exists({history}, {none}), {entry})")
        clauses = {
            "SET": assignments,
            "ADD": [f"{to.name(name)} {to.value(amount)}" for name, amount in self.adds.items()],
            "REMOVE": [to.name(name) for name in sorted(self.removes)],
        }
        return " ".join(f"{clause} {', '.join(parts)}" for clause, parts in clauses.items() if parts)

    def _predicates(self) -> Iterator[Predicate]:
        for condition in self.transition.conditions:
            yield from condition.predicates(self)

    @property
    def _assignments(self) -> dict[str, str | int]:
        return {**self.sets, "state": self.transition.next.value}

    @property
    def _entry(self) -> dict[str, str | int]:
        """The entry in the session's history; `at` is in milliseconds."""
        return {"at": int(self.now * 1000), "event": self.transition.event, "id": self.id, **self.detail}


LONGEST_HISTORY = 200
"""Entries, at most, before those of repeated events are counted instead of stored."""


def recorded_while_short(update: Update, known: Authorisation) -> Update:
    """Return the update of an event that is repeated; a long history counts it in `unrecorded` and gets no entry.

    An item has at most 400 KiB (DynamoDB). The entries of ends are always stored.
    """
    if len(known.history) < LONGEST_HISTORY:
        return update
    return replace(update, recorded=False, adds={**update.adds, "unrecorded": 1})


@dataclass(frozen=True, slots=True)
class Lease:
    """The right to work on one session, until a time in seconds since the epoch."""

    id: str
    until: int

    @classmethod
    def until_after(cls, seconds: float, now: float) -> "Lease":
        """Return a new lease that ends `seconds` from now."""
        return cls(new_id(), int(now + seconds) + 1)

    @property
    def attributes(self) -> dict[str, str | int]:
        """The session's attributes while it has this lease."""
        return {"lease": self.id, "lease_until": self.until}
