"""The locks that all functions share."""

import time

from connector.aws import clients
from connector.aws.lock import DynamoDBLocks
from connector.bootstrap.sage_settings import LockSettings
from connector.runtime.settings import read


def locks() -> DynamoDBLocks:
    """Return the locks."""
    return DynamoDBLocks(clients.dynamodb(), read(LockSettings).locks_table, time.time)
