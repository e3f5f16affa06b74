"""One soak test on a running stack: customers and faults, then recovery without faults, then the audit."""

import json
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

from connector.aws.items import plain
from local.machine.workspace import Workspace
from local.stack.bring_up import RunningStack
from local.stack.deployment import STACK_NAME
from tests.soak.audit import Audit, audit
from tests.soak.authenticators import Kind, all_kinds
from tests.soak.aws_proxy import AwsProxy
from tests.soak.customer import Customer, Journey, Shared
from tests.soak.fault_injector import FaultInjector
from tests.soak.provider import Provider
from tests.soak.report import table

# Longer than a lease, the pause between two attempts and the schedule of the relay together.
RECOVERY_SECONDS = 180


@dataclass(frozen=True)
class Plan:
    """The size of the test. Durations are in seconds."""

    seed: int
    customers: int
    journeys: int
    seconds: float
    kill_every: float = 10.0
    outage_every: float = 60.0
    """The average time between two outages, and between two rotations of the client secret."""
    starts_every: float = 1.0
    """The time between the starts of two customers, because each new environment has a cold start."""


@dataclass(frozen=True)
class SoakResult:
    """The results of the test."""

    audit: Audit
    journeys: list[Journey]
    faults: Counter[str]
    table: str


def soak(running: RunningStack, workspace: Workspace, plan: Plan, aws: AwsProxy | None = None) -> SoakResult:
    """Run the test on a running stack. With the proxy `aws` calls to AWS fail too."""
    began, provider = time.monotonic(), Provider(running, plan.seed)
    before = _applied_faults(running)
    injector = FaultInjector(
        running, workspace, plan.seed, kill_every=plan.kill_every, outage_every=plan.outage_every, aws=aws
    )
    with all_kinds(running, workspace) as messages:
        shared = Shared(running, messages)
        _warm_up(shared, plan)
        with injector.running():
            _customers(shared, plan, provider)
    finished = time.monotonic()
    _recover(running, provider)
    recovered = time.monotonic()
    log = shared.log
    found = audit(_sessions(running), running.control.get("/authorisations")["authorisations"], log.journeys)
    found.lost += [f"the request for account {account} has not reached Sage" for account in provider.open()]
    faults = _applied_faults(running) - before + injector.injected
    faults["sqs: message delivered twice"] += provider.delivered_twice
    kinds = Counter(journey.kind for journey in log.journeys)
    facts = {
        "seed": plan.seed,
        "customers at the same time": plan.customers,
        "re-authorisations tried": len(log.journeys),
        **{f"of these by `{kind}`": times for kind, times in sorted(kinds.items())},
        "requests by queue": len(provider.requested),
        "minutes of faults": round((finished - began) / 60, 1),
        "seconds until the outbox was empty": round(recovered - finished),
    }
    written = table(facts, found, faults, log.retry_counts())
    return SoakResult(found, log.journeys, faults, written)


def _warm_up(shared: Shared, plan: Plan) -> None:
    """Start the first environments without faults: killing an environment before its first request proves nothing."""
    for kind in Kind:
        _customer(shared, plan, "first", kind).reconnect()


def _customer(shared: Shared, plan: Plan, name: str, kind: Kind) -> Customer:
    account = {"externalId": f"{kind}-{plan.seed}-{name}", "status": "active"}
    added = shared.running.control.post("/accounts", account)
    return Customer(shared, added, kind, f"{plan.seed}-{kind}-{name}")


def _customers(shared: Shared, plan: Plan, provider: Provider) -> None:
    goal, stop, kinds = threading.Semaphore(plan.journeys), threading.Event(), tuple(Kind)
    requests = threading.Thread(target=provider.keep_requesting, args=(stop,))
    timer = threading.Timer(plan.seconds, stop.set)
    timer.start()
    requests.start()
    with ThreadPoolExecutor(plan.customers) as pool:
        for number in range(plan.customers):
            customer = _customer(shared, plan, str(number), kinds[number % len(kinds)])
            pool.submit(customer.keep_reconnecting, goal, stop, after=number * plan.starts_every)
    stop.set()
    timer.cancel()
    requests.join()


def _recover(running: RunningStack, provider: Provider) -> None:
    """Wait until outbox and queue are empty. The schedule alone would empty it; invoking the function saves time."""
    name = running.aws.cloudformation.describe_stack_resource(
        StackName=STACK_NAME, LogicalResourceId="DeliveryFunction"
    )["StackResourceDetail"]["PhysicalResourceId"]
    deadline = time.monotonic() + RECOVERY_SECONDS
    while time.monotonic() < deadline:
        if not any("outbox" in session for session in _sessions(running)) and not provider.open():
            return
        running.aws.functions.invoke(FunctionName=name, Payload=json.dumps({}))
        time.sleep(2)


def _sessions(running: RunningStack) -> list[dict[str, Any]]:
    pages = running.aws.dynamodb.get_paginator("scan").paginate(
        TableName=running.outputs["AuthorisationsTable"], ConsistentRead=True
    )
    return [plain(item) for page in pages for item in page["Items"]]


def _applied_faults(running: RunningStack) -> Counter[str]:
    applied = running.control.get("/faults")["applied"]
    return Counter({f"{row['party'].replace('_', ' ')}: {row['fault']}": row["times"] for row in applied})
