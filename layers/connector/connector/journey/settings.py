"""The settings of the journey."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class StartSettings:
    """How long GET /authrefresh waits for a notification that has not arrived yet."""

    notification_grace_milliseconds: int


@dataclass(frozen=True, kw_only=True)
class CompletionSettings:
    """How often a customer may try and begin, and which statuses Banking Service is sent."""

    max_attempts: int
    max_begins: int
    max_begins_per_account_hour: int
    failed_status: str
    cancelled_status: str
