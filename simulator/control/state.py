"""The state of the last re-authorisation, as Banking Service and the connector see it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from simulator.banking_service import BankingService
from simulator.rules.records import Account, AccountStatus, Authorisation, AuthorisationState
from simulator.workbench.connector_stack import ConnectorStack, Report

SECONDS_PER_MINUTE = 60


@dataclass(frozen=True)
class State:
    """The state to show. `seconds_left` is None if the authorisation has ended."""

    moved_seconds: int
    report: Report | None
    authorisation: Authorisation | None = None
    account: Account | None = None
    progress: AuthorisationState | None = None
    seconds_left: int | None = None

    @property
    def session(self) -> Mapping[str, Any] | None:
        """The connector's session."""
        if self.report is None or self.authorisation is None:
            return None
        return self.report.sessions.get(self.authorisation.authorisation_id)

    @property
    def time_left(self) -> str:
        """Minutes and seconds."""
        minutes, seconds = divmod(self.seconds_left or 0, SECONDS_PER_MINUTE)
        return f"{minutes}:{seconds:02}"

    @property
    def ahead(self) -> str:
        """How far the clock was moved, in minutes."""
        return f"{self.moved_seconds // SECONDS_PER_MINUTE} minutes ahead" if self.moved_seconds else "real time"

    def as_json(self) -> dict[str, Any]:
        """Return the state as the control API shows it."""
        return {
            "moved_seconds": self.moved_seconds,
            "authenticator": self.report and self.report.authenticator,
            "authorisation_id": self.authorisation and self.authorisation.authorisation_id,
            "progress": self.progress,
            "seconds_left": self.seconds_left,
            "session": self.session,
            "account": self.account and self.account.status,
        }


def current_state(service: BankingService, stack: ConnectorStack) -> State:
    """Return the state of the authorisation that was started last."""
    moved = service.clock.moved_seconds
    authorisations = service.records.authorisations()
    if not authorisations:
        return State(moved, stack.current)
    last, now = authorisations[-1], service.records.now()
    progress = last.progress(now)
    left = max(0, round(last.expires_at - now)) if progress is AuthorisationState.OPEN else None
    account = service.records.account(last.bank_account_id)
    return State(moved, stack.current, last, account, progress, left)


def accounts_to_reconnect(service: BankingService) -> list[Account]:
    """List the accounts that need re-authorisation."""
    return [kept for kept in service.records.accounts() if kept.status is AccountStatus.AUTH_REQUIRED]
