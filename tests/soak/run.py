"""One soak on a stack that runs: customers and trouble, then quiet, recovery and the audit."""

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
from tests.soak.customer import Customer, Diary, Journey
from tests.soak.report import table
from tests.soak.trouble import Troublemaker

# Longer than a lease, a pause between attempts and a sweep together.
RECOVERY_SECONDS = 180


@dataclass(frozen=True)
class Plan:
    """How much, how long, and how bad."""

    seed: int
    customers: int
    journeys: int
    seconds: float
    kill_every: float = 10.0
    outage_every: float = 60.0
    """Seconds between two, about; secrets are rotated as often."""
    comes_every: float = 1.0
    """Seconds between two customers' first steps: each new environment costs this machine a cold start."""


@dataclass(frozen=True)
class Soaked:
    """What came of it."""

    audit: Audit
    journeys: list[Journey]
    faults: Counter[str]
    table: str


def soak(running: RunningStack, workspace: Workspace, plan: Plan) -> Soaked:
    """Run it."""
    began, diary = time.monotonic(), Diary()
    before = _met(running)
    trouble = Troublemaker(running, workspace, plan.seed, kill_every=plan.kill_every, outage_every=plan.outage_every)
    _warm_up(running, plan, diary)
    with trouble.at_work():
        _customers(running, plan, diary)
    soaked = time.monotonic()
    _recover(running)
    recovered = time.monotonic()
    found = audit(_sessions(running), running.control.get("/authorisations")["authorisations"], diary.journeys)
    faults = _met(running) - before + trouble.made
    facts = {
        "seed": plan.seed,
        "customers at the same time": plan.customers,
        "re-authorisations tried": len(diary.journeys),
        "minutes of trouble": round((soaked - began) / 60, 1),
        "seconds until nothing was owed any more": round(recovered - soaked),
    }
    written = table(facts, found, faults, diary.setback_counts())
    return Soaked(found, diary.journeys, faults, written)


def _warm_up(running: RunningStack, plan: Plan, diary: Diary) -> None:
    """Let the first environments start in peace: what is killed before it ever ran proves nothing."""
    _customer(running, plan, diary, "first").reconnect()


def _customer(running: RunningStack, plan: Plan, diary: Diary, name: str) -> Customer:
    wanted = {"externalId": f"soak-{plan.seed}-{name}", "status": "active"}
    return Customer(running.control, running.control.post("/accounts", wanted), diary, f"{plan.seed}-{name}")


def _customers(running: RunningStack, plan: Plan, diary: Diary) -> None:
    goal, stop = threading.Semaphore(plan.journeys), threading.Event()
    timer = threading.Timer(plan.seconds, stop.set)
    timer.start()
    with ThreadPoolExecutor(plan.customers) as pool:
        for number in range(plan.customers):
            customer = _customer(running, plan, diary, str(number))
            pool.submit(customer.keep_reconnecting, goal, stop, after=number * plan.comes_every)
    timer.cancel()


def _recover(running: RunningStack) -> None:
    """Wait until nothing is owed. The schedule alone would do; asking it to hurry only saves time."""
    name = running.aws.cloudformation.describe_stack_resource(
        StackName=STACK_NAME, LogicalResourceId="DeliveryFunction"
    )["StackResourceDetail"]["PhysicalResourceId"]
    give_up_at = time.monotonic() + RECOVERY_SECONDS
    while any("outbox" in session for session in _sessions(running)) and time.monotonic() < give_up_at:
        running.aws.functions.invoke(FunctionName=name, Payload=json.dumps({}))
        time.sleep(2)


def _sessions(running: RunningStack) -> list[dict[str, Any]]:
    pages = running.aws.dynamodb.get_paginator("scan").paginate(
        TableName=running.outputs["AuthorisationsTable"], ConsistentRead=True
    )
    return [plain(item) for page in pages for item in page["Items"]]


def _met(running: RunningStack) -> Counter[str]:
    met = running.control.get("/faults")["applied"]
    return Counter({f"{row['party'].replace('_', ' ')}: {row['fault']}": row["times"] for row in met})
