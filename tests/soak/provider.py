"""The provider's systems in the soak: they request re-authorisations through the queue, while customers reconnect."""

import json
import threading
from dataclasses import dataclass, field
from random import Random
from typing import Any

from local.stack.bring_up import RunningStack

SECONDS_BETWEEN = 2.0
LONGEST_DELAY_SECONDS = 5
TWICE = 0.25
"""The probability that the queue delivers a message twice. `DelaySeconds` changes the order."""
MOST_MESSAGES = 10


@dataclass
class Provider:
    """Sends one request after another, each for a new account."""

    running: RunningStack
    seed: int
    requested: list[str] = field(default_factory=list)
    """The accounts, by Sage's id."""
    delivered_twice: int = 0

    def __post_init__(self) -> None:
        """Seed the messages."""
        self._random = Random(self.seed)  # noqa: S311 - the sequence must be repeatable

    def keep_requesting(self, stop: threading.Event) -> None:
        """Send requests until `stop` is set."""
        while not stop.wait(self._random.uniform(0, 2 * SECONDS_BETWEEN)):
            self.request()

    def request(self) -> None:
        """Request one re-authorisation, by one message or by two."""
        name = f"requested-{self.seed}-{len(self.requested)}"
        account = self.running.control.post("/accounts", {"externalId": name, "status": "active"})
        self._send(account)
        if self._random.random() < TWICE:
            self._send(account)
            self.delivered_twice += 1
        self.requested.append(account["bankAccountId"])

    def open(self) -> list[str]:
        """List the accounts whose request has neither reached Sage nor become a dead letter."""
        accounts = self.running.control.get("/accounts")["accounts"]
        active = {account["bankAccountId"] for account in accounts if account["status"] == "active"}
        waiting = [account for account in self.requested if account in active]
        return [account for account in waiting if account not in self._dead_letters()] if waiting else []

    def _send(self, account: dict[str, Any]) -> None:
        body = {name: account[name] for name in ("bankAccountId", "bankId")}
        self.running.aws.queues.send_message(
            QueueUrl=self.running.outputs["ReauthRequestsQueueUrl"],
            MessageBody=json.dumps(body),
            DelaySeconds=self._random.randrange(LONGEST_DELAY_SECONDS),
        )

    def _dead_letters(self) -> str:
        """Return the bodies of the dead letters, which stay in their queue."""
        found = self.running.aws.queues.receive_message(
            QueueUrl=self.running.outputs["DeadLettersQueueUrl"], MaxNumberOfMessages=MOST_MESSAGES, VisibilityTimeout=0
        )
        return json.dumps([message["Body"] for message in found.get("Messages", [])])
