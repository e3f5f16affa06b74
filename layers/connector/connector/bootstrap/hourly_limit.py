"""A limit of events within an hour, which all environments share."""

import time

from connector.aws import clients
from connector.aws.hourly_limit import HourlyLimit
from connector.bootstrap.sage_settings import LockSettings
from connector.runtime.settings import read


def hourly_limit(limit: int) -> HourlyLimit:
    """Return the limit, which is counted in the locks table."""
    return HourlyLimit(clients.dynamodb(), read(LockSettings).locks_table, limit, time.time)
