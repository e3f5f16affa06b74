"""Every move of a session, made of what its caller knows. All pure; `now` is in seconds since the epoch."""

import secrets
from dataclasses import dataclass
from datetime import timedelta
from math import ceil

from connector.session import ticket as tickets
from connector.session.authorisation import Authorisation, Outcome
from connector.session.transition import DECIDE, DELIVER, EXPIRE, LEASE, NOTIFY, OPEN, POSTPONE, REJECT, Update

PURGE_AFTER = timedelta(days=30)
"""How long a session outlives its end, as the audit trail and so that a late customer hears "expired"."""

OUTBOX = "outbox"
"""The one partition of the sparse index: a session that carries it is not yet acknowledged."""

UNCONFIRMED = "unconfirmed"
"""Likewise: of a session that carries it, it is not known whether the account is authorised again."""

_SETTLED = frozenset({"outbox", "delivery_due", "lease", "lease_until"})


def new_id() -> str:
    """Return an id that no other move or lease has."""
    return secrets.token_hex(8)


@dataclass(frozen=True, slots=True)
class Lease:
    """The right to deliver one session's outcome, until a time."""

    id: str
    until: int

    @classmethod
    def until_after(cls, seconds: float, now: float) -> "Lease":
        """Return a new lease that ends `seconds` from now."""
        return cls(new_id(), int(now + seconds) + 1)


def notify(authorisation_id: str, bank_id: str | None, *, session_minutes: int, now: float) -> Update:
    """Begin the session that Banking Service told us of."""
    expires_at = int(now) + session_minutes * 60
    sets: dict[str, str | int] = {"expires_at": expires_at, "purge_at": expires_at + int(PURGE_AFTER.total_seconds())}
    if bank_id is not None:
        sets["bank_id"] = bank_id
    return Update(transition=NOTIFY, authorisation_id=authorisation_id, now=now, id=new_id(), sets=sets)


def open_session(  # noqa: PLR0913 - one argument for each thing that the first GET pins
    authorisation_id: str,
    *,
    external_id: str,
    bank_account: str | None,
    redirect_uri: str,
    sage_state: str,
    ticket: str,
    now: float,
) -> Update:
    """Claim the session for the page that is about to be shown, and pin what it was asked with."""
    sets: dict[str, str | int] = {
        "step": 0,
        "attempts": 0,
        "external_id": external_id,
        "redirect_uri": redirect_uri,
        "sage_state": sage_state,
        "ticket_hash": tickets.hash_of(ticket),
    }
    if bank_account is not None:
        sets["bank_account"] = bank_account
    return Update(transition=OPEN, authorisation_id=authorisation_id, now=now, id=new_id(), sets=sets)


def decide(  # noqa: PLR0913 - the outcome, its reporting and the proof of who decides are one write
    authorisation_id: str, ticket: str, outcome: Outcome, *, status: str, lease: Lease, now: float
) -> Update:
    """Record the outcome and, in the same write, what is owed to Banking Service and who delivers it first.

    An empty `status` means that this outcome is not reported: nothing is owed.
    """
    sets: dict[str, str | int] = {"outcome": outcome.value}
    if status:
        sets |= {
            "status": status,
            "outbox": OUTBOX,
            "decided_at": int(now),
            "delivery_due": lease.until,
            "lease": lease.id,
            "lease_until": lease.until,
        }
    return Update(
        transition=DECIDE,
        authorisation_id=authorisation_id,
        now=now,
        id=new_id(),
        equals={"ticket_hash": tickets.hash_of(ticket)},
        sets=sets,
        adds={"uncertain_attempts": 1} if status else {},
        detail={"outcome": outcome.value},
    )


def take_lease(authorisation_id: str, lease: Lease, *, now: float) -> Update:
    """Take the right to deliver. From here until `postpone` it is in doubt whether Banking Service was told."""
    return Update(
        transition=LEASE,
        authorisation_id=authorisation_id,
        now=now,
        id=new_id(),
        sets={"lease": lease.id, "lease_until": lease.until, "delivery_due": lease.until},
        adds={"uncertain_attempts": 1},
    )


def postpone(authorisation: Authorisation, *, until: float, uncertain: bool, reason: str, now: float) -> Update:
    """Give the lease back: Banking Service was not, or may not have been, told. Try again at `until`."""
    return Update(
        transition=POSTPONE,
        authorisation_id=authorisation.authorisation_id,
        now=now,
        id=new_id(),
        equals={"lease": authorisation.lease or ""},
        sets={"delivery_due": ceil(until)},
        adds={} if uncertain else {"uncertain_attempts": -1},
        removes=frozenset({"lease", "lease_until"}),
        detail={"reason": reason},
    )


def deliver(authorisation: Authorisation, *, how: str, now: float) -> Update:
    """Record that Banking Service acknowledged the outcome, to whichever attempt.

    Of a success we want to see the effect. That is owed to ourselves, in the same write.
    """
    confirm: dict[str, str | int] = {"unconfirmed": UNCONFIRMED, "confirm_due": int(now)}
    return Update(
        transition=DELIVER,
        authorisation_id=authorisation.authorisation_id,
        now=now,
        id=new_id(),
        sets={"delivered_at": int(now), **(confirm if authorisation.outcome is Outcome.SUCCESS else {})},
        removes=_SETTLED,
        detail={"how": how},
    )


def reject(authorisation: Authorisation, *, reason: str, now: float) -> Update:
    """Record that Banking Service refused the outcome for good."""
    return Update(
        transition=REJECT,
        authorisation_id=authorisation.authorisation_id,
        now=now,
        id=new_id(),
        equals={"lease": authorisation.lease or ""},
        sets={"reason": reason},
        removes=_SETTLED,
        detail={"reason": reason},
    )


def expire(authorisation: Authorisation, *, now: float) -> Update:
    """Give up: the session ran out before Banking Service acknowledged the outcome."""
    return Update(
        transition=EXPIRE,
        authorisation_id=authorisation.authorisation_id,
        now=now,
        id=new_id(),
        sets={"reason": "expired"},
        removes=_SETTLED,
        detail={"reason": "expired"},
    )
