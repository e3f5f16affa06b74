"""The transitions between a session's states, and why one is refused.

Pure: no I/O and no clock of its own. A transition is declared once, here. `Update` is a transition with its values; the
in-memory store applies a move with `apply`, the DynamoDB store compiles the same move to one conditional write.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from connector.session.authorisation import Item, Reason, State


@dataclass(frozen=True, slots=True)
class Transition:
    """What must hold of a session, whatever the values, and where it goes."""

    event: str
    """Its name in the history."""
    prior: frozenset[State]
    """Empty: the session must not exist yet."""
    next: State
    live: bool = False
    """Only before `expires_at`."""
    in_outbox: bool = False
    """Only while Banking Service has yet to acknowledge the outcome."""
    unleased: bool = False
    """Only when nobody else holds the lease."""


NOTIFY = Transition("notified", frozenset(), State.NOTIFIED)
OPEN = Transition("opened", frozenset({State.NOTIFIED}), State.OPENED, live=True)
CLAIM = Transition("claimed", frozenset({State.OPENED}), State.OPENED, live=True, unleased=True)
ASK = Transition("prompt", frozenset({State.OPENED}), State.OPENED, live=True)
RELEASE = Transition("released", frozenset({State.OPENED}), State.OPENED)
DECIDE = Transition("decided", frozenset({State.OPENED}), State.DECIDED, live=True)
LEASE = Transition("leased", frozenset({State.DECIDED}), State.DECIDED, live=True, in_outbox=True, unleased=True)
POSTPONE = Transition("postponed", frozenset({State.DECIDED}), State.DECIDED)
DELIVER = Transition("delivered", frozenset({State.DECIDED}), State.DELIVERED)
REJECT = Transition("rejected", frozenset({State.DECIDED}), State.REJECTED)
CONFIRM_RETRY = Transition("confirm_retried", frozenset({State.DELIVERED}), State.DELIVERED)
CONFIRM = Transition("confirmed", frozenset({State.DELIVERED}), State.DELIVERED)
CONFIRM_TIMEOUT = Transition("confirm_timed_out", frozenset({State.DELIVERED}), State.DELIVERED)
EXPIRE = Transition("expired", frozenset({State.DECIDED}), State.EXPIRED, in_outbox=True, unleased=True)

NOTHING: Mapping[str, Any] = MappingProxyType({})


@dataclass(frozen=True, slots=True, kw_only=True)
class Update:
    """One transition of one session, with its values."""

    transition: Transition
    authorisation_id: str
    now: float
    id: str
    """Unique. It goes into the history, so that a repeated write that had taken effect knows itself."""
    equals: Mapping[str, str | int] = NOTHING
    """Stored values that must be just these: the caller's proof."""
    at_step: int | None = None
    """The step that the journey must be at; None: anywhere."""
    attempts_below: int | None = None
    """How many refused answers are too many; None: that does not matter."""
    sets: Mapping[str, str | int] = NOTHING
    adds: Mapping[str, int] = NOTHING
    removes: frozenset[str] = field(default_factory=frozenset)
    detail: Mapping[str, str | int] = NOTHING
    """What the history says of it. Nothing secret, no personal data."""

    @property
    def entry(self) -> dict[str, str | int]:
        """What the move appends to the session's history; `at` is in milliseconds."""
        event = self.transition.event
        return {"at": int(self.now * 1000), "event": event, "id": self.id, **self.detail}


def took_effect(update: Update, item: Item | None) -> bool:
    """Tell whether this very move is in the session's history already.

    A write whose answer is lost is repeated by the AWS SDK. The repetition finds its own work and would be refused::

        SDK   UpdateItem ──> DynamoDB   opened          (the answer is lost)
        SDK   UpdateItem ──> DynamoDB   refused: not `notified` any more
    """
    return item is not None and any(entry["id"] == update.id for entry in item["history"])


def refusal(update: Update, item: Item | None) -> Reason | None:  # noqa: PLR0911 - one for each reason
    """Say why the session, as stored, does not admit the move; None where it does."""
    transition, now = update.transition, int(update.now)
    if item is None:
        return Reason.UNKNOWN if transition.prior else None
    if not transition.prior:
        return Reason.KNOWN
    if any(item.get(name) != value for name, value in update.equals.items()):
        return Reason.NOT_MATCHING
    if State(item["state"]) not in transition.prior or (transition.in_outbox and "outbox" not in item):
        return Reason.USED
    if transition.live and item["expires_at"] <= now:
        return Reason.EXPIRED
    if update.at_step is not None and item.get("step") != update.at_step:
        return Reason.ELSEWHERE
    if update.attempts_below is not None and item.get("attempts", update.attempts_below) >= update.attempts_below:
        return Reason.EXHAUSTED
    if transition.unleased and item.get("lease_until", 0) > now:
        return Reason.BUSY
    return None


def apply(update: Update, item: Item | None) -> Item:
    """Return the session after the move, which `refusal` must have admitted."""
    after: dict[str, Any] = dict(item or {"authorisation_id": update.authorisation_id})
    after.update(update.sets, state=update.transition.next.value)
    after["history"] = [*after.get("history", ()), update.entry]
    for name, amount in update.adds.items():
        after[name] = after.get(name, 0) + amount
    for name in update.removes:
        after.pop(name, None)
    return after
