"""Once a minute: confirm that the accounts of delivered successes become authorised."""

import time
from typing import Any

from connector.accounts.repository import is_disconnected
from connector.bootstrap.accounts import accounts
from connector.bootstrap.sage import at_most, provider_api
from connector.bootstrap.sessions import sessions
from connector.bootstrap.shared_rate import shared_turn
from connector.confirmation.confirm_accounts import ConfirmAccounts
from connector.confirmation.settings import ConfirmationSettings
from connector.runtime.invocation import Context, Invocation
from connector.runtime.observability import count, logger
from connector.runtime.settings import read

settings = read(ConfirmationSettings)
invocation = Invocation()
store = sessions()
own_turn, turn_of_all = at_most(settings.confirmations_per_second), shared_turn(store)
known_accounts = accounts()


def _alarm(authorisation_id: str, reason: str) -> None:
    logger.error("account not confirmed", extra={"authorisation_id": authorisation_id, "reason": reason})


def _turn() -> None:
    own_turn()
    turn_of_all()


confirm_accounts = ConfirmAccounts(
    store,
    provider_api(_turn),
    minutes=settings.confirm_minutes,
    clock=time.time,
    seconds_left=invocation.seconds_left,
    count=count,
    alarm=_alarm,
    is_disconnected=lambda external_id: is_disconnected(known_accounts.find_external(external_id)),
)


def handler(event: dict[str, Any], context: Context) -> dict[str, int]:  # noqa: ARG001 - the schedule says nothing
    """Query the accounts that are due; return their number."""
    invocation.begin(context)
    return {"queried": confirm_accounts()}
