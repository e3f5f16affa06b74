"""The settings of the journey."""

from dataclasses import dataclass
from enum import StrEnum


class AccountCheckMode(StrEnum):
    """The consequence where the account does not wait for a re-authorisation."""

    OFF = "off"
    """Nothing: Banking Service is not queried."""
    OBSERVE = "observe"
    """An entry in the history, a metric and an alarm. Sage does not document when the status changes."""
    ENFORCE = "enforce"
    """The same, and the journey fails."""

    @classmethod
    def parse(cls, text: str) -> "AccountCheckMode":
        """Read the setting. Raise ValueError."""
        return cls(text)


@dataclass(frozen=True, kw_only=True)
class StartSettings:
    """How long GET /authrefresh waits for a notification that has not arrived yet."""

    notification_grace_milliseconds: int


@dataclass(frozen=True, kw_only=True)
class CompletionSettings:
    """How often a customer may try and begin, and which statuses Banking Service is sent."""

    account_check: AccountCheckMode
    max_attempts: int
    max_begins: int
    max_begins_per_account_hour: int
    failed_status: str
    cancelled_status: str
