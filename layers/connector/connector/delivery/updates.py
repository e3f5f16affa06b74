"""The updates of a decided session: from the outbox to its end. All pure; times are in seconds since the epoch."""

from math import ceil

from connector.session.authorisation import Authorisation, Outcome
from connector.session.transitions import DELIVER, EXPIRE, LEASE, POSTPONE, REJECT
from connector.session.update import LEASE_ATTRIBUTES, UNCONFIRMED, Lease, Update, recorded_while_short

_OUTBOX_ENTRY = LEASE_ATTRIBUTES | {"outbox", "delivery_due"}


def take_lease(authorisation_id: str, lease: Lease, *, now: float) -> Update:
    """Take the right to deliver. The attempt counts as uncertain until `postpone` says that it is not."""
    return Update(
        transition=LEASE,
        authorisation_id=authorisation_id,
        now=now,
        sets={**lease.attributes, "delivery_due": lease.until},
        adds={"uncertain_attempts": 1},
    )


def postpone(authorisation: Authorisation, *, until: float, uncertain: bool, reason: str, now: float) -> Update:
    """Release the lease; the next attempt is due at `until`.

    `uncertain`: Banking Service may have received an attempt of this lease. Without that the attempts do not count.
    """
    postponed = Update(
        transition=POSTPONE,
        authorisation_id=authorisation.authorisation_id,
        now=now,
        equals=_lease_of(authorisation),
        sets={"delivery_due": ceil(until)},
        adds={} if uncertain else {"uncertain_attempts": -1},
        removes=LEASE_ATTRIBUTES,
        detail={"reason": reason},
    )
    return recorded_while_short(postponed, authorisation)


def deliver(authorisation: Authorisation, *, how: str, now: float) -> Update:
    """Record that Banking Service acknowledged the outcome. It needs no lease: any attempt may have arrived.

    The account of a success must become authorised; the same write makes that confirmation due.
    """
    confirm: dict[str, str | int] = {"unconfirmed": UNCONFIRMED, "confirm_due": int(now)}
    return Update(
        transition=DELIVER,
        authorisation_id=authorisation.authorisation_id,
        now=now,
        sets={"delivered_at": int(now), **(confirm if authorisation.outcome is Outcome.SUCCESS else {})},
        removes=_OUTBOX_ENTRY,
        detail={"how": how},
    )


def reject(authorisation: Authorisation, *, reason: str, now: float) -> Update:
    """Record that Banking Service refused the outcome for good."""
    return Update(
        transition=REJECT,
        authorisation_id=authorisation.authorisation_id,
        now=now,
        equals=_lease_of(authorisation),
        sets={"delivery_reason": reason},
        removes=_OUTBOX_ENTRY,
        detail={"reason": reason},
    )


def expire(authorisation_id: str, *, now: float) -> Update:
    """Record that the session expired before Banking Service acknowledged the outcome."""
    return Update(
        transition=EXPIRE,
        authorisation_id=authorisation_id,
        now=now,
        sets={"delivery_reason": "expired"},
        removes=_OUTBOX_ENTRY,
        detail={"reason": "expired"},
    )


def _lease_of(authorisation: Authorisation) -> dict[str, str]:
    return {"lease": authorisation.lease or ""}
