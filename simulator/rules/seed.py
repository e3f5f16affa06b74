"""The accounts that are there from the start, so that the product has something to show."""

from simulator.rules.records import AccountStatus
from simulator.rules.world import World

BANK_ID = "10aaeee6-4691-4443-8198-df39aaa8007c"

ACCOUNTS = (
    ("acc-10001", "Business current account", AccountStatus.AUTH_REQUIRED),
    ("acc-10002", "Tax savings account", AccountStatus.AUTH_REQUIRED),
    ("acc-10003", "Euro account", AccountStatus.ACTIVE),
)


def plant(world: World) -> None:
    """Add the accounts to an empty world."""
    for external_id, name, status in ACCOUNTS:
        world.add_account(external_id, BANK_ID, name, status=status)
