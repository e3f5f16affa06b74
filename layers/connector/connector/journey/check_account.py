"""Whether the account that `externalId` names waits for a re-authorisation, before a success is recorded.

`externalId` reaches the connector through the customer's browser, and Sage's notification names no account. A customer
can put another account of their own there: then the success would be of another account than the one that Sage means.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from http import HTTPStatus
from typing import TYPE_CHECKING

from connector.authenticators.port import Denied
from connector.journey.dialogue.next_step import Conclusion
from connector.journey.settings import AccountCheckMode
from connector.sage.api_response import NotSentError
from connector.session.authorisation import Authorisation, Outcome

if TYPE_CHECKING:
    from connector.confirmation.confirm_accounts import AccountQueriesApi

WAITS = "authRequired"
NOT_FOUND = "not found"
UNAVAILABLE = "unavailable"
"""Banking Service did not say the account's status in time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckAccount:
    """The check. `count` is called with a metric, `alarm` with the authorisation's id and the account's status."""

    accounts: "AccountQueriesApi"
    mode: AccountCheckMode
    count: Callable[[str], None]
    alarm: Callable[[str, str], None]

    SECONDS = 3.0
    """How much longer the customer waits, at most."""

    def __call__(self, session: Authorisation, conclusion: Conclusion) -> Conclusion:
        """Return the conclusion with the account's status; a failure where the deployer demands that it waits.

        A query that fails costs the customer nothing but time.
        """
        if self.mode is AccountCheckMode.OFF or conclusion.outcome is not Outcome.SUCCESS:
            return conclusion
        status = self._status(session)
        checked = replace(conclusion, account_status=status)
        if status == UNAVAILABLE:
            self.count("AccountCheckUnavailable")
        elif status != WAITS:
            self.count("AccountNotWaiting")
            self.alarm(session.authorisation_id, status)
            if self.mode is AccountCheckMode.ENFORCE:
                failed = {"outcome": Outcome.FAILED, "reason": "account_not_waiting", "denied": Denied(final=True)}
                return replace(checked, **failed)  # type: ignore[arg-type]  # of its own fields
        return checked

    def _status(self, session: Authorisation) -> str:
        from connector.sage.error_text import short  # noqa: PLC0415 - only a customer who has finished waits for it
        from connector.sage.messages import AccountQueryResponse  # noqa: PLC0415 - likewise

        bank_id = session.bank_id_for_queries
        if bank_id is None:
            return UNAVAILABLE
        try:
            response = self.accounts.query_account(bank_id, session.external_id or "", timeout=self.SECONDS)
        except NotSentError:
            return UNAVAILABLE
        if response.status == HTTPStatus.NOT_FOUND:
            return NOT_FOUND
        found = response.read(AccountQueryResponse) if response.ok else None
        return short(found.data.status) if found and found.data.status else UNAVAILABLE
