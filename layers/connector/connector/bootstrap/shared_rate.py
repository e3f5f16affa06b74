"""The rate that the callers share which no customer waits for: re-authorisation requests and confirmations."""

import time
from collections.abc import Callable
from dataclasses import dataclass

from connector.aws import clients
from connector.aws.shared_rate import SharedRate
from connector.bootstrap.sage_settings import LockSettings
from connector.runtime.settings import read
from connector.session.store import DynamoDBStore

MOST_URGENT = 8
"""Outcomes that one call gives way to. While the relay delivers eight a second, one call of nine a second remains."""


@dataclass(frozen=True, kw_only=True)
class SharedRateSettings:
    """The rate, in calls a second of all environments together."""

    reauth_requests_per_second: int


def shared_turn(sessions: DynamoDBStore) -> Callable[[], None]:
    """Return the turns. They give way to the outcomes that Banking Service has not acknowledged yet."""
    return SharedRate(
        client=clients.dynamodb(),
        table=read(LockSettings).locks_table,
        name="provider-api-turns",
        per_second=read(SharedRateSettings).reauth_requests_per_second,
        urgent=lambda: sessions.waiting(MOST_URGENT),
        clock=time.time,
        pause=time.sleep,
    ).wait
