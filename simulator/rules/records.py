"""The records of Banking Service. They are immutable, so readers need no lock. Times are seconds since the epoch."""

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
    """A status, and the time at which it began."""

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
        """The current status."""
        return self.history[-1].status


class AuthorisationState(StrEnum):
    """The progress of an authorisation. Sage documents no names for these states."""

    OPEN = "open"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    EXPIRED = "expired"


@dataclass(frozen=True)
class Report:
    """One PATCH of an authorisation: its status, and whether Banking Service accepted it.

    A delay fault makes `at`, the time of the processing, later than `received_at`.
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
        """Return the progress at a time."""
        accepted = next((report for report in self.reports if report.accepted), None)
        if accepted is None:
            return AuthorisationState.OPEN if now < self.expires_at else AuthorisationState.EXPIRED
        if accepted.status == "success":
            return AuthorisationState.SUCCEEDED
        return AuthorisationState.FAILED


class StatementStatus(StrEnum):
    """The status of a statement. Sage documents no values: these are the simulator's."""

    PROCESSING = "processing"
    COMPLETED = "completed"
    FAILED = "failed"


@dataclass(frozen=True)
class Statement:
    """A statement with which the provider marks an account `authRequired`."""

    statement_id: str
    bank_account_id: str
    created_at: float
    status: StatementStatus = StatementStatus.PROCESSING
    reason: str | None = None
