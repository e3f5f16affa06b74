"""The moves of a session whose success Banking Service has acknowledged: whether its account became authorised."""

from connector.session.authorisation import Authorisation
from connector.session.transition import CONFIRM, CONFIRM_RETRY, CONFIRM_TIMEOUT, Update
from connector.session.updates import UNCONFIRMED, new_id

_KNOWN = frozenset({"unconfirmed", "confirm_due"})
_UNCONFIRMED = {"unconfirmed": UNCONFIRMED}


def look(authorisation: Authorisation, *, until: int, account_id: str | None, reason: str, now: float) -> Update:
    """Record that the account is not authorised again yet. Look again at `until`."""
    return Update(
        transition=CONFIRM_RETRY,
        authorisation_id=authorisation.authorisation_id,
        now=now,
        id=new_id(),
        equals=_UNCONFIRMED,
        sets={"confirm_due": until, **_account(account_id)},
        detail={"reason": reason},
    )


def confirm(authorisation: Authorisation, *, account_id: str | None, status: str, now: float) -> Update:
    """Record that the account is authorised again: the end of the story."""
    return Update(
        transition=CONFIRM,
        authorisation_id=authorisation.authorisation_id,
        now=now,
        id=new_id(),
        equals=_UNCONFIRMED,
        sets=_account(account_id),
        removes=_KNOWN,
        detail={"status": status},
    )


def confirm_timeout(authorisation: Authorisation, *, reason: str, now: float) -> Update:
    """Give up: Banking Service acknowledged the success, and the account was not seen to follow."""
    return Update(
        transition=CONFIRM_TIMEOUT,
        authorisation_id=authorisation.authorisation_id,
        now=now,
        id=new_id(),
        equals=_UNCONFIRMED,
        sets={"reason": reason},
        removes=_KNOWN,
        detail={"reason": reason},
    )


def _account(account_id: str | None) -> dict[str, str]:
    return {"account_id": account_id} if account_id else {}
