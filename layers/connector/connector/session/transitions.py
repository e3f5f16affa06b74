"""The transitions of a session: from which state to which, and under which conditions.

Each transition is one conditional write. `Transition.conditions` gives the order of the conditions; the first one
that does not hold is the reason of the refusal.
"""

from dataclasses import dataclass

from connector.session.authorisation import State
from connector.session.conditions import (
    AT_STEP,
    ATTEMPTS_LEFT,
    BEGINS_LEFT,
    EXISTS,
    IN_OUTBOX,
    LEASE_FREE,
    MAY_BEGIN,
    NOT_EXISTS,
    NOT_EXPIRED,
    POLL_DUE,
    PROVED,
    UPDATES_LEFT,
    Condition,
    state_is,
)

_NOTIFIED, _OPENED, _DECIDED, _DELIVERED = State.NOTIFIED, State.OPENED, State.DECIDED, State.DELIVERED


@dataclass(frozen=True, slots=True)
class Transition:
    """A transition, whatever the values of its update."""

    event: str
    """The name of the transition in the session's history."""
    prior: State | None
    """The state that it starts from; None: the session must not exist."""
    next: State
    only_if: tuple[Condition, ...] = ()
    """More conditions, in their order."""

    @property
    def conditions(self) -> tuple[Condition, ...]:
        """All conditions. The proof comes before the state: a caller without proof learns nothing about the session."""
        if self.prior is None:
            return (NOT_EXISTS, *self.only_if)
        return (EXISTS, PROVED, state_is(self.prior), *self.only_if)


NOTIFY = Transition("notified", None, _NOTIFIED)
OPEN = Transition("opened", _NOTIFIED, _OPENED, (NOT_EXPIRED,))  # single use: an opened session is no longer `notified`
BEGIN = Transition(
    "begun",
    _OPENED,
    _OPENED,
    (NOT_EXPIRED, AT_STEP, MAY_BEGIN, ATTEMPTS_LEFT, BEGINS_LEFT, UPDATES_LEFT, LEASE_FREE),
)
CLAIM = Transition("claimed", _OPENED, _OPENED, (NOT_EXPIRED, AT_STEP, ATTEMPTS_LEFT, UPDATES_LEFT, LEASE_FREE))
POLL = Transition("polled", _OPENED, _OPENED, (NOT_EXPIRED, AT_STEP, POLL_DUE))
PROMPT = Transition("prompted", _OPENED, _OPENED, (NOT_EXPIRED, AT_STEP))
COUNT = Transition("counted", _OPENED, _OPENED)
RELEASE = Transition("released", _OPENED, _OPENED)
DECIDE = Transition("decided", _OPENED, _DECIDED, (NOT_EXPIRED, AT_STEP))
LEASE = Transition("leased", _DECIDED, _DECIDED, (IN_OUTBOX, NOT_EXPIRED, LEASE_FREE))
POSTPONE = Transition("postponed", _DECIDED, _DECIDED)
DELIVER = Transition("delivered", _DECIDED, _DELIVERED)
REJECT = Transition("rejected", _DECIDED, State.REJECTED)
EXPIRE = Transition("expired", _DECIDED, State.EXPIRED, (IN_OUTBOX, LEASE_FREE))
CONFIRM_RETRY = Transition("confirm_retried", _DELIVERED, _DELIVERED)
CONFIRM = Transition("confirmed", _DELIVERED, _DELIVERED)
CONFIRM_TIMEOUT = Transition("confirm_timed_out", _DELIVERED, _DELIVERED)
DISCONNECT = Transition("disconnected", _DELIVERED, _DELIVERED)
