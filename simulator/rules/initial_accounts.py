"""The accounts that exist at the start, so that the product's page is not empty."""

from simulator.rules.record_store import RecordStore
from simulator.rules.records import AccountStatus

BANK_ID = "10aaeee6-4691-4443-8198-df39aaa8007c"

ACCOUNTS = (
    ("acc-10001", "Business current account", AccountStatus.AUTH_REQUIRED),
    ("acc-10002", "Tax savings account", AccountStatus.AUTH_REQUIRED),
    ("acc-10003", "Euro account", AccountStatus.ACTIVE),
)


def add_to(records: RecordStore) -> None:
    """Add the initial accounts."""
    for external_id, name, status in ACCOUNTS:
        records.add_account(external_id, BANK_ID, name, status=status)
