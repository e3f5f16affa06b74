"""The things that Banking Service keeps. They are immutable, so that a reader needs no lock. Times are Unix seconds."""

from dataclasses import dataclass
from enum import StrEnum


class AccountStatus(StrEnum):
    """Every status that Sage documents for a bank account."""

    PENDING = "pending"
    ACTIVE = "active"
    AUTH_REQUIRED = "authRequired"
    VERIFYING_AUTH = "verifyingAuth"
    CANCELLED = "cancelled"


@dataclass(frozen=True)
class StatusChange:
    """A status and the moment it began."""

    at: float
    status: AccountStatus


@dataclass(frozen=True)
class Account:
    """A bank account that a customer linked in the product."""

    bank_account_id: str
    bank_id: str
    external_id: str
    name: str
    requested_start_date: str
    history: tuple[StatusChange, ...]

    @property
    def status(self) -> AccountStatus:
        """The status it has now."""
        return self.history[-1].status


class AuthorisationState(StrEnum):
    """How far an authorisation is; Sage documents no names for it."""

    OPEN = "open"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    EXPIRED = "expired"


@dataclass(frozen=True)
class Report:
    """One PATCH of an authorisation: what it said, and whether it was accepted.

    It may have been received a while before it was looked at.
    """

    at: float
    status: str
    accepted: bool
    received_at: float


@dataclass(frozen=True)
class Authorisation:
    """One re-authorisation, from indirectauth to the provider's PATCH."""

    authorisation_id: str
    bank_account_id: str
    bank_id: str
    external_id: str
    redirect_uri: str
    state: str
    created_at: float
    expires_at: float
    reports: tuple[Report, ...] = ()

    def progress(self, now: float) -> AuthorisationState:
        """Tell how far it is."""
        accepted = next((report for report in self.reports if report.accepted), None)
        if accepted is None:
            return AuthorisationState.OPEN if now < self.expires_at else AuthorisationState.EXPIRED
        if accepted.status == "success":
            return AuthorisationState.SUCCEEDED
        return AuthorisationState.FAILED


class StatementStatus(StrEnum):
    """How far a statement is. Sage documents no values: these are the simulator's."""

    PROCESSING = "processing"
    COMPLETED = "completed"
    FAILED = "failed"


@dataclass(frozen=True)
class Statement:
    """A statement that the provider posted to say that an account needs re-authorisation."""

    statement_id: str
    bank_account_id: str
    created_at: float
    status: StatementStatus = StatementStatus.PROCESSING
    reason: str | None = None
