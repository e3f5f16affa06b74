"""Request the re-authorisation of ten thousand accounts on the deployed stack, and measure the calls to Sage."""

import argparse
import json
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime
from itertools import batched
from pathlib import Path
from typing import Any

from benchmarks.customers import Waited, reconnect_all
from local.machine.ports import free_port
from local.machine.terminal import say
from local.machine.workspace import Workspace
from local.stack.bring_up import RunningStack, bring_up
from local.stack.deployment import build

BANK = "load-bank"
CALLS_EACH = 2
"""One POST of the statement, and one GET of its status if Sage is quick."""
POLL_SECONDS = 2
CUSTOMERS_BEFORE = 10
"""Customers who reconnect before the requests are sent, to compare with."""
CREATORS = 4


@dataclass
class Measured:
    """The calls that the simulated Sage received."""

    accounts: int
    seconds: float = 0
    posts: Counter[str] = field(default_factory=Counter)
    """Accepted statements, by account."""
    statuses: Counter[int] = field(default_factory=Counter)
    """Responses of the Provider API, by status."""
    times: list[float] = field(default_factory=list)
    """The time of each call, in seconds since the epoch."""
    marked: int = 0
    dead_letters: int = 0
    alone: Waited = field(default_factory=Waited)
    """Customers before the requests."""
    among: Waited = field(default_factory=Waited)
    """Customers during the requests."""

    @property
    def busiest(self) -> int:
        """The most calls in any period of one second."""
        ordered, most, first = sorted(self.times), 0, 0
        for last, time_of_last in enumerate(ordered):
            while time_of_last - ordered[first] >= 1:
                first += 1
            most = max(most, last - first + 1)
        return most

    def take(self, exchanges: list[dict[str, Any]]) -> None:
        """Count the calls to the Provider API."""
        for exchange in exchanges:
            if exchange["to"] != "provider_api":
                continue
            self.statuses[exchange["status"]] += 1
            self.times.append(datetime.fromisoformat(exchange["at"]).timestamp())
            if exchange["method"] == "POST" and exchange["status"] == 202:  # noqa: PLR2004 - the simulator's "accepted"
                self.posts[exchange["request"]["body"]["data"]["principalId"]] += 1


def run(running: RunningStack, accounts: int, rate: int, *, message_size: int = 100, customers: int = 0) -> Measured:
    """Request so many accounts, and wait until the queue is empty. `rate` is Sage's limit in calls per second.

    Meanwhile so many customers reconnect, evenly over the time that the requests take at Sage's limit.
    """
    running.control.patch("/settings", {"provider_api_per_second": rate, "statement_seconds": 0.5})
    linked = _link(running, accounts)
    measured, stop = Measured(accounts), threading.Event()
    if customers:
        measured.alone = reconnect_all(running.control, CUSTOMERS_BEFORE, every=0, stop=stop)
    before = _last(running)
    began = time.monotonic()
    for batch in batched(_messages(linked, message_size), 10, strict=False):
        entries = [{"Id": str(n), "MessageBody": json.dumps(message)} for n, message in enumerate(batch)]
        running.aws.queues.send_message_batch(QueueUrl=running.outputs["ReauthRequestsQueueUrl"], Entries=entries)  # type: ignore[arg-type]  # the stubs want their own TypedDict; plain dicts have the same keys
    with ThreadPoolExecutor(1) as pool:
        every = CALLS_EACH * accounts / rate / max(1, customers)
        among = pool.submit(reconnect_all, running.control, customers, every=every, stop=stop)
        while not _settled(running):
            before = _watch(running, measured, before)
            time.sleep(POLL_SECONDS)
        measured.seconds = time.monotonic() - began
        stop.set()
        measured.among = among.result()
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


def _messages(accounts: list[dict[str, str]], message_size: int) -> Iterator[list[dict[str, str]]]:
    """Return lists of accounts. Every tenth account is in them twice, because real systems repeat requests."""
    for batch in batched([*accounts, *accounts[::10]], message_size, strict=False):
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
    """Return the table of docs/reauth-requests.md."""
    calls = sum(measured.statuses.values())
    rows = {
        "accounts requested": measured.accounts,
        "accounts `authRequired` in the end": measured.marked,
        "accepted statements": sum(measured.posts.values()),
        "most statements for one account": max(measured.posts.values(), default=0),
        "dead letters": measured.dead_letters,
        "calls to the Provider API": calls,
        "answered 429": measured.statuses[429],
        "Sage's limit, calls a second": rate,
        "`ReauthRequestsPerSecond`": per_second,
        "calls in the busiest second": measured.busiest,
        "customers before": measured.alone.shown,
        "customers meanwhile": measured.among.shown,
        "time taken": f"{measured.seconds:.0f} s ({calls / measured.seconds:.1f} calls a second)",
        "bound: two calls an account at Sage's limit": f"{CALLS_EACH * measured.accounts / rate:.0f} s",
        "bound: at `ReauthRequestsPerSecond`": f"{CALLS_EACH * measured.accounts / per_second:.0f} s",
    }
    return "\n".join(["| | |", "|---|---|", *(f"| {name} | {value} |" for name, value in rows.items())])


def main() -> None:
    """Start a stack, send the requests, and print the table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.reauth_requests", description=__doc__)
    parser.add_argument("--accounts", type=int, default=10_000)
    parser.add_argument("--rate", type=int, default=10, help="calls a second that Sage allows (%(default)s)")
    parser.add_argument("--customers", type=int, default=50, help="who reconnect meanwhile (%(default)s)")
    parser.add_argument("--per-second", type=int, help="ReauthRequestsPerSecond (default: nine tenths of the rate)")
    arguments = parser.parse_args()
    per_second = arguments.per_second or arguments.rate * 9 // 10
    with tempfile.TemporaryDirectory() as directory:
        workspace = Workspace(Path(directory))
        build(workspace)
        with bring_up(workspace, free_port(), ReauthRequestsPerSecond=str(per_second), FollowUpSeconds="2") as running:
            say(f"Requesting re-authorisation of {arguments.accounts} accounts; Sage allows {arguments.rate} calls/s.")
            measured = run(running, arguments.accounts, arguments.rate, customers=arguments.customers)
            say(report(measured, arguments.rate, per_second))


if __name__ == "__main__":
    main()
