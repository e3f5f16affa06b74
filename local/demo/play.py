"""One whole re-authorisation, over HTTP, as its parties would have it."""

import sys
import time
from typing import Any

from local.demo.customer import Customer
from local.demo.provider import require_authorisation
from local.demo.transcript import transcript
from local.machine.errors import LocalError
from local.machine.terminal import say, shows_colour
from local.stack.bring_up import RunningStack
from simulator.loopback import session

EXPECTED = ["authRequired", "verifyingAuth", "active"]
SECONDS_TO_SETTLE = 30
SECONDS_BETWEEN_LOOKS = 0.2


class Watch:
    """Looks at an account through the Consumer API, as the product does, and keeps each new status."""

    def __init__(self, running: RunningStack, bank_account_id: str) -> None:
        self._url = f"{running.simulator.consumer_api.url}/bankaccounts/{bank_account_id}"
        self._session = session()
        self.statuses: list[str] = []

    def until(self, status: str) -> None:
        """Look until the account has a status. Raises LocalError if it does not get it."""
        give_up_at = time.monotonic() + SECONDS_TO_SETTLE
        while self._look() != status:
            if time.monotonic() > give_up_at:
                raise LocalError(f"The account did not become {status}: it was {' → '.join(self.statuses)}.")
            time.sleep(SECONDS_BETWEEN_LOOKS)

    def since(self, status: str) -> list[str]:
        """List the statuses from this one on."""
        return self.statuses[self.statuses.index(status) :] if status in self.statuses else []

    def _look(self) -> str:
        answer = self._session.get(self._url, timeout=SECONDS_TO_SETTLE)
        answer.raise_for_status()
        status = str(answer.json()["data"]["status"])
        if self.statuses[-1:] != [status]:
            self.statuses.append(status)
        return status


def play(running: RunningStack) -> None:
    """Play it and print it. Raises LocalError if it does not go as it should."""
    account = _linked_account(running)
    customer = Customer(running.api_url)
    watch = Watch(running, account["bankAccountId"])
    earlier = max((exchange["n"] for exchange in running.control.exchanges()), default=0)
    try:
        _play(running, account, customer, watch)
    finally:
        say("")
        exchanges = running.control.exchanges(since=earlier) + customer.exchanges
        for line in transcript(exchanges, colour=shows_colour(sys.stdout)):
            say(line)
        say(f"\nAccount {account['externalId']}: {' → '.join(watch.since(EXPECTED[0]))}")
    if watch.since(EXPECTED[0]) != EXPECTED:
        raise LocalError(f"The account should have gone {' → '.join(EXPECTED)}.")


def _play(running: RunningStack, account: dict[str, Any], customer: Customer, watch: Watch) -> None:
    require_authorisation(running.aws, running.outputs["ReauthRequestsQueueUrl"], account)
    watch.until("authRequired")
    customer.open(running.simulator.product.url)
    customer.press(f"Reconnect {account['name']}")
    customer.press("Continue")
    customer.press("Confirm")
    if not customer.url.startswith(f"{running.simulator.product.origin}/landing"):
        raise LocalError(f"The customer did not come back to the product: {customer.text[:200]}")
    watch.until("active")


def _linked_account(running: RunningStack) -> dict[str, Any]:
    """Link an account of the demo's own, as a customer of the product did some months ago."""
    number = 1 + len(running.control.get("/accounts")["accounts"])
    wanted = {"externalId": f"demo-{number}", "name": f"Current account {number}", "status": "active"}
    account: dict[str, Any] = running.control.post("/accounts", wanted)
    return account
