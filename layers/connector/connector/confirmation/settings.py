"""The settings of the confirmation."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class ConfirmationSettings:
    """At which rate accounts are confirmed, and for how long."""

    confirmations_per_second: int
    confirm_minutes: int
    """How long an account may take to reach `verifyingAuth` or `active`, in minutes."""
