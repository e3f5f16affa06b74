"""Play one whole re-authorisation over HTTP, and print its transcript."""

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
POLL_SECONDS = 0.2


class AccountWatch:
    """Polls the account in the Consumer API, as the product does, and records each new status."""

    def __init__(self, running: RunningStack, bank_account_id: str) -> None:
        self._url = f"{running.simulator.consumer_api.url}/bankaccounts/{bank_account_id}"
        self._session = session()
        self.statuses: list[str] = []

    def until(self, status: str) -> None:
        """Poll until the account has a status. Raises LocalError after `SECONDS_TO_SETTLE`."""
        deadline = time.monotonic() + SECONDS_TO_SETTLE
        while self._poll() != status:
            if time.monotonic() > deadline:
                raise LocalError(f"The account did not become {status}: it was {' → '.join(self.statuses)}.")
            time.sleep(POLL_SECONDS)

    def since(self, status: str) -> list[str]:
        """Return the statuses from this one on."""
        return self.statuses[self.statuses.index(status) :] if status in self.statuses else []

    def _poll(self) -> str:
        answer = self._session.get(self._url, timeout=SECONDS_TO_SETTLE)
        answer.raise_for_status()
        status = str(answer.json()["data"]["status"])
        if self.statuses[-1:] != [status]:
            self.statuses.append(status)
        return status


def play(running: RunningStack) -> None:
    """Play and print a re-authorisation. Raises LocalError if the account does not become active as expected."""
    account = _linked_account(running)
    customer = Customer()
    watch = AccountWatch(running, account["bankAccountId"])
    earlier = max((exchange["n"] for exchange in running.control.exchanges()), default=0)
    try:
        _play(running, account, customer, watch)
    finally:
        say("")
        for line in transcript(running.control.exchanges(since=earlier), colour=shows_colour(sys.stdout)):
            say(line)
        say(f"\nAccount {account['externalId']}: {' → '.join(watch.since(EXPECTED[0]))}")
    if watch.since(EXPECTED[0]) != EXPECTED:
        raise LocalError(f"The expected statuses of the account are {' → '.join(EXPECTED)}.")


def _play(running: RunningStack, account: dict[str, Any], customer: Customer, watch: AccountWatch) -> None:
    require_authorisation(running.aws, running.outputs["ReauthRequestsQueueUrl"], account)
    watch.until("authRequired")
    customer.open(running.simulator.product.url)
    customer.press(f"Reconnect {account['name']}")
    customer.press("Continue")
    customer.press("Confirm")
    if not customer.url.startswith(f"{running.simulator.product.origin}/landing"):
        raise LocalError(f"The customer did not return to the product: {customer.text[:200]}")
    watch.until("active")


def _linked_account(running: RunningStack) -> dict[str, Any]:
    """Link a new account for the demonstration."""
    number = 1 + len(running.control.get("/accounts")["accounts"])
    new = {"externalId": f"demo-{number}", "name": f"Current account {number}", "status": "active"}
    account: dict[str, Any] = running.control.post("/accounts", new)
    return account
