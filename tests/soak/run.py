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
from tests.soak.aws_proxy import AwsProxy
from tests.soak.customer import Customer, Journey, Log
from tests.soak.fault_injector import FaultInjector
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
    began, log = time.monotonic(), Log()
    before = _applied_faults(running)
    injector = FaultInjector(
        running, workspace, plan.seed, kill_every=plan.kill_every, outage_every=plan.outage_every, aws=aws
    )
    _warm_up(running, plan, log)
    with injector.running():
        _customers(running, plan, log)
    finished = time.monotonic()
    _recover(running)
    recovered = time.monotonic()
    found = audit(_sessions(running), running.control.get("/authorisations")["authorisations"], log.journeys)
    faults = _applied_faults(running) - before + injector.injected
    facts = {
        "seed": plan.seed,
        "customers at the same time": plan.customers,
        "re-authorisations tried": len(log.journeys),
        "minutes of faults": round((finished - began) / 60, 1),
        "seconds until the outbox was empty": round(recovered - finished),
    }
    written = table(facts, found, faults, log.retry_counts())
    return SoakResult(found, log.journeys, faults, written)


def _warm_up(running: RunningStack, plan: Plan, log: Log) -> None:
    """Start the first environments without faults: killing an environment before its first request proves nothing."""
    _customer(running, plan, log, "first").reconnect()


def _customer(running: RunningStack, plan: Plan, log: Log, name: str) -> Customer:
    account = {"externalId": f"soak-{plan.seed}-{name}", "status": "active"}
    return Customer(running.control, running.control.post("/accounts", account), log, f"{plan.seed}-{name}")


def _customers(running: RunningStack, plan: Plan, log: Log) -> None:
    goal, stop = threading.Semaphore(plan.journeys), threading.Event()
    timer = threading.Timer(plan.seconds, stop.set)
    timer.start()
    with ThreadPoolExecutor(plan.customers) as pool:
        for number in range(plan.customers):
            customer = _customer(running, plan, log, str(number))
            pool.submit(customer.keep_reconnecting, goal, stop, after=number * plan.starts_every)
    timer.cancel()


def _recover(running: RunningStack) -> None:
    """Wait until the outbox is empty. The schedule alone would empty it; invoking the function saves time."""
    name = running.aws.cloudformation.describe_stack_resource(
        StackName=STACK_NAME, LogicalResourceId="DeliveryFunction"
    )["StackResourceDetail"]["PhysicalResourceId"]
    deadline = time.monotonic() + RECOVERY_SECONDS
    while any("outbox" in session for session in _sessions(running)) and time.monotonic() < deadline:
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
