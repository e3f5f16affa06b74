"""Ten thousand accounts lose their authorisation in one night: what the queue does with them, on the deployed stack."""

import argparse
import json
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime
from itertools import batched
from pathlib import Path
from typing import Any

from local.machine.ports import free_port
from local.machine.terminal import say
from local.machine.workspace import Workspace
from local.stack.bring_up import RunningStack, bring_up
from local.stack.deployment import build

BANK = "load-bank"
CALLS_EACH = 2
"""A statement is posted, and looked at once where Sage is quick."""
SECONDS_BETWEEN_LOOKS = 2
CREATORS = 4


@dataclass
class Measured:
    """What happened, as the simulated Sage saw it."""

    accounts: int
    seconds: float = 0
    posts: Counter[str] = field(default_factory=Counter)
    """Statements that Sage took, by account."""
    statuses: Counter[int] = field(default_factory=Counter)
    """Answers of the Provider API."""
    moments: list[float] = field(default_factory=list)
    """When each call came, in seconds since the epoch."""
    marked: int = 0
    dead_letters: int = 0

    @property
    def busiest(self) -> int:
        """The most calls in any one second, wherever it begins."""
        ordered, most, first = sorted(self.moments), 0, 0
        for last, moment in enumerate(ordered):
            while moment - ordered[first] >= 1:
                first += 1
            most = max(most, last - first + 1)
        return most

    def take(self, exchanges: list[dict[str, Any]]) -> None:
        """Count what the Provider API was asked."""
        for exchange in exchanges:
            if exchange["to"] != "provider_api":
                continue
            self.statuses[exchange["status"]] += 1
            self.moments.append(datetime.fromisoformat(exchange["at"]).timestamp())
            if exchange["method"] == "POST" and exchange["status"] == 202:  # noqa: PLR2004 - the simulator's "accepted"
                self.posts[exchange["request"]["body"]["data"]["principalId"]] += 1


def run(running: RunningStack, accounts: int, rate: int, *, a_message: int = 100) -> Measured:
    """Ask for so many accounts, and watch until nothing is left to do; `rate` is what Sage allows in a second."""
    running.control.patch("/settings", {"provider_api_per_second": rate, "statement_seconds": 0.5})
    wanted = _link(running, accounts)
    before = _last(running)
    began = time.monotonic()
    for prompt in batched(_messages(wanted, a_message), 10, strict=False):
        entries = [{"Id": str(n), "MessageBody": json.dumps(message)} for n, message in enumerate(prompt)]
        running.aws.queues.send_message_batch(QueueUrl=running.outputs["ReauthRequestsQueueUrl"], Entries=entries)  # type: ignore[arg-type]  # plain dicts are what it wants
    measured = Measured(accounts)
    while not _settled(running):
        before = _watch(running, measured, before)
        time.sleep(SECONDS_BETWEEN_LOOKS)
    measured.seconds = time.monotonic() - began
    _watch(running, measured, before)
    found = running.control.get("/accounts")["accounts"]
    measured.marked = sum(account["status"] == "authRequired" for account in found if account["bankId"] == BANK)
    measured.dead_letters = _count(running, "DeadLettersQueueUrl")
    return measured


def _link(running: RunningStack, accounts: int) -> list[dict[str, str]]:
    def link(number: int) -> dict[str, str]:
        made = running.control.post("/accounts", {"externalId": f"load-{number}", "bankId": BANK})
        return {"bankAccountId": made["bankAccountId"], "bankId": BANK}

    with ThreadPoolExecutor(CREATORS) as pool:
        return list(pool.map(link, range(accounts)))


def _messages(wanted: list[dict[str, str]], a_message: int) -> Iterator[list[dict[str, str]]]:
    """Make lists, and ask for every tenth account twice: in a night like that, somebody always does."""
    for batch in batched([*wanted, *wanted[::10]], a_message, strict=False):
        yield list(batch)


def _watch(running: RunningStack, measured: Measured, since: int) -> int:
    exchanges = running.control.exchanges(since)
    measured.take(exchanges)
    return max((exchange["n"] for exchange in exchanges), default=since)


def _last(running: RunningStack) -> int:
    return max((exchange["n"] for exchange in running.control.exchanges()), default=0)


def _settled(running: RunningStack) -> bool:
    return _count(running, "ReauthRequestsQueueUrl") == 0


def _count(running: RunningStack, queue: str) -> int:
    found = running.aws.queues.get_queue_attributes(QueueUrl=running.outputs[queue], AttributeNames=["All"])
    attributes = found["Attributes"]
    return int(attributes["ApproximateNumberOfMessages"]) + int(attributes["ApproximateNumberOfMessagesNotVisible"])


def report(measured: Measured, rate: int, per_second: int) -> str:
    """Write the table of docs/reauth-requests.md."""
    calls = sum(measured.statuses.values())
    rows = {
        "accounts requested": measured.accounts,
        "accounts `authRequired` in the end": measured.marked,
        "statements that Sage took": sum(measured.posts.values()),
        "most statements for one account": max(measured.posts.values(), default=0),
        "dead letters": measured.dead_letters,
        "calls to the Provider API": calls,
        "answered 429": measured.statuses[429],
        "Sage's limit, calls a second": rate,
        "`ReauthRequestsPerSecond`": per_second,
        "calls in the busiest second": measured.busiest,
        "time taken": f"{measured.seconds:.0f} s ({calls / measured.seconds:.1f} calls a second)",
        "bound: two calls an account at Sage's limit": f"{CALLS_EACH * measured.accounts / rate:.0f} s",
        "bound: at `ReauthRequestsPerSecond`": f"{CALLS_EACH * measured.accounts / per_second:.0f} s",
    }
    return "\n".join(["| | |", "|---|---|", *(f"| {name} | {value} |" for name, value in rows.items())])


def main() -> None:
    """Bring a stack up, send the requests, and print the table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.reauth_requests", description=__doc__)
    parser.add_argument("--accounts", type=int, default=10_000)
    parser.add_argument("--rate", type=int, default=10, help="calls a second that Sage allows (%(default)s)")
    parser.add_argument("--per-second", type=int, help="ReauthRequestsPerSecond (default: nine tenths of the rate)")
    wanted = parser.parse_args()
    per_second = wanted.per_second or wanted.rate * 9 // 10
    with tempfile.TemporaryDirectory() as directory:
        workspace = Workspace(Path(directory))
        build(workspace)
        with bring_up(workspace, free_port(), ReauthRequestsPerSecond=str(per_second), FollowUpSeconds="2") as running:
            say(f"Requesting re-authorisation of {wanted.accounts} accounts; Sage allows {wanted.rate} calls a second.")
            say(report(run(running, wanted.accounts, wanted.rate), wanted.rate, per_second))


if __name__ == "__main__":
    main()
