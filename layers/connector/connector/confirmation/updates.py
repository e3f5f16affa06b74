"""The moves of a session whose success Banking Service has acknowledged: whether its account became authorised."""

from connector.session.authorisation import Authorisation
from connector.session.transition import CONFIRM, LOOK, MISS, Move
from connector.session.updates import UNCONFIRMED, new_id

_KNOWN = frozenset({"unconfirmed", "confirm_due"})
_UNCONFIRMED = {"unconfirmed": UNCONFIRMED}


def look(authorisation: Authorisation, *, until: int, account_id: str | None, because: str, now: float) -> Move:
    """Record that the account is not authorised again yet. Look again at `until`."""
    return Move(
        transition=LOOK,
        authorisation_id=authorisation.authorisation_id,
        now=now,
        id=new_id(),
        equals=_UNCONFIRMED,
        sets={"confirm_due": until, **_account(account_id)},
        detail={"because": because},
    )


def confirm(authorisation: Authorisation, *, account_id: str | None, status: str, now: float) -> Move:
    """Record that the account is authorised again: the end of the story."""
    return Move(
        transition=CONFIRM,
        authorisation_id=authorisation.authorisation_id,
        now=now,
        id=new_id(),
        equals=_UNCONFIRMED,
        sets=_account(account_id),
        removes=_KNOWN,
        detail={"status": status},
    )


def miss(authorisation: Authorisation, *, because: str, now: float) -> Move:
    """Give up: Banking Service acknowledged the success, and the account was not seen to follow."""
    return Move(
        transition=MISS,
        authorisation_id=authorisation.authorisation_id,
        now=now,
        id=new_id(),
        equals=_UNCONFIRMED,
        sets={"reason": because},
        removes=_KNOWN,
        detail={"because": because},
    )


def _account(account_id: str | None) -> dict[str, str]:
    return {"account_id": account_id} if account_id else {}
