"""The updates of a session whose success was delivered: whether its account became authorised again.

All pure; times are in seconds since the epoch.
"""

from connector.session.authorisation import Authorisation
from connector.session.transitions import CONFIRM, CONFIRM_RETRY, CONFIRM_TIMEOUT, DISCONNECT
from connector.session.update import UNCONFIRMED, Update, recorded_while_short

_PENDING = {"unconfirmed": UNCONFIRMED}
_ENDED = frozenset({"unconfirmed", "confirm_due"})


def confirm_retry(
    authorisation: Authorisation, *, until: int, account_id: str | None, reason: str, now: float
) -> Update:
    """Record that the account is not authorised yet. The next query is due at `until`."""
    retried = Update(
        transition=CONFIRM_RETRY,
        authorisation_id=authorisation.authorisation_id,
        now=now,
        equals=_PENDING,
        sets={"confirm_due": until, **_account(account_id)},
        detail={"reason": reason},
    )
    return recorded_while_short(retried, authorisation)


def confirm(authorisation: Authorisation, *, account_id: str | None, status: str, now: float) -> Update:
    """Record that the account is authorised again."""
    return Update(
        transition=CONFIRM,
        authorisation_id=authorisation.authorisation_id,
        now=now,
        equals=_PENDING,
        sets=_account(account_id),
        removes=_ENDED,
        detail={"status": status},
    )


def confirm_timeout(authorisation: Authorisation, *, reason: str, now: float) -> Update:
    """Record that the account did not become authorised in time, although Banking Service acknowledged the success."""
    return Update(
        transition=CONFIRM_TIMEOUT,
        authorisation_id=authorisation.authorisation_id,
        now=now,
        equals=_PENDING,
        sets={"reason": reason},
        removes=_ENDED,
        detail={"reason": reason},
    )


def disconnect(authorisation: Authorisation, *, reason: str, now: float) -> Update:
    """End the confirmation: the customer disconnected the account, and nobody needs to help."""
    return Update(
        transition=DISCONNECT,
        authorisation_id=authorisation.authorisation_id,
        now=now,
        equals=_PENDING,
        removes=_ENDED,
        detail={"reason": reason},
    )


def _account(account_id: str | None) -> dict[str, str]:
    return {"account_id": account_id} if account_id else {}
