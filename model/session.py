"""One session, from the notification to the end of its outbox entry, with two workers of the connector.

A worker is a Lambda environment: the request that records the outcome, a page that polls, or the relay. A worker can be
killed between any two of its steps. Every message can be lost, every response too, and a request can arrive twice.
A lease can end while its worker still works. Time passes in three steps: early, the last 30 seconds, over.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Literal

from model.search import Invariant, Step

WORKERS = (0, 1)
MANY = 2
"""Counters stop here: "more than one" is what the rules ask."""

type Outcome = Literal["success", "cancelled"]
type Phase = Literal["early", "late", "over"]


class At(StrEnum):
    """Where a worker is."""

    IDLE = "idle"
    LEASED = "leased"
    SENT = "sent"
    RECEIVED = "received"


@dataclass(frozen=True, slots=True)
class Rules:
    """The rules of the protocol. A test removes each one and expects that an invariant fails."""

    single_use: bool = True
    """GET /authrefresh opens a session only from `notified`."""
    decided_once: bool = True
    """An outcome is recorded only in `opened`."""
    success_needs_proof: bool = True
    """A success needs what the authenticator granted to this session's customer."""
    outbox_with_outcome: bool = True
    """The write that records the outcome also makes the outbox entry."""
    uncertain_from_lease: bool = True
    """Taking the lease counts the attempt as uncertain, until the worker knows that nothing arrived."""
    conflict_after_uncertain: bool = True
    """A 409 after an uncertain attempt means that Banking Service has the outcome."""
    conflict_needs_uncertain: bool = True
    """A 409 without an earlier uncertain attempt does not mean that."""
    conflict_late_is_rejected: bool = True
    """In the last 30 seconds a 409 may mean that the session ended at Banking Service."""
    reject_needs_lease: bool = True
    """Only the worker with the lease records a rejection."""
    leases_end: bool = True
    """A lease ends by itself."""
    expiry_is_recorded: bool = True
    """The relay records that a session ended before its outcome was acknowledged."""


@dataclass(frozen=True, slots=True)
class Assumptions:
    """What the protocol does not control."""

    closed_only_by_time: bool = True
    """Banking Service closes an authorisation without an outcome only at its end."""
    arrives_once: bool = True
    """No gateway on the way sends a PATCH twice."""
    work_fits_the_lease: bool = True
    """A lease does not end while its worker works."""


@dataclass(frozen=True, slots=True)
class Worker:
    """What a worker remembers. It is lost when the worker is killed."""

    at: At = At.IDLE
    uncertain: bool = False
    """An attempt of this lease, or of an earlier one, may have arrived."""
    response: str | None = None


@dataclass(frozen=True, slots=True)
class World:
    """The session's item, Banking Service, the customer, and the workers."""

    state: str = "notified"
    outcome: Outcome | None = None
    in_outbox: bool = False
    lease: int | None = None
    uncertain_attempts: int = 0
    opened: int = 0
    granted: bool = False
    """The customer proved who they are. Only the customer's answer to the authenticator makes this true."""
    accepted: Outcome | None = None
    """The outcome that Banking Service has."""
    foreign: bool = False
    """Banking Service closed the authorisation for a reason of its own. It answers 409 from then on."""
    accepted_count: int = 0
    recorded: tuple[Outcome, ...] = ()
    """Every outcome that a write recorded, in order."""
    any_uncertain: bool = False
    """The result of an attempt was not received."""
    patched_after_delivery: bool = False
    """A worker sent a PATCH although the delivery was recorded."""
    phase: Phase = "early"
    workers: tuple[Worker, Worker] = (Worker(), Worker())


INVARIANTS: dict[str, Invariant[World]] = {
    "a session is opened once": lambda world: world.opened <= 1,
    "never two outcomes": lambda world: len(world.recorded) <= 1,
    "Banking Service accepts one outcome": lambda world: world.accepted_count <= 1,
    "no success without the customer": lambda world: "success" not in world.recorded or world.granted,
    "Banking Service gets the recorded outcome": lambda world: world.accepted in {None, world.outcome},
    "delivered means that Banking Service has it": lambda world: (
        world.state != "delivered" or world.accepted is not None
    ),
    "delivered without an uncertain attempt means that Banking Service has it": lambda world: (
        world.state != "delivered" or world.any_uncertain or world.accepted is not None
    ),
    "rejected early means that Banking Service does not have it": lambda world: (
        world.state != "rejected" or world.accepted is None or world.phase != "early"
    ),
    "no PATCH after the delivery": lambda world: not world.patched_after_delivery,
}


def ended(world: World) -> bool:
    """Tell whether the outcome is delivered, or known as rejected or expired, or nothing was decided in time."""
    return world.state in {"delivered", "rejected", "expired"} or (world.state != "decided" and world.phase == "over")


def steps(world: World, rules: Rules, assumptions: Assumptions) -> Iterator[Step[World]]:
    """Yield everything that can happen next."""
    yield from _time(world, rules, assumptions)
    yield from _customer(world, rules)
    for number in WORKERS:
        for name, after in _worker(world, rules, assumptions, number):
            yield f"worker {number}: {name}", after
        if world.workers[number].at is not At.IDLE:
            yield f"worker {number} is killed", replace(_with(world, number, Worker()), any_uncertain=True)


def _time(world: World, rules: Rules, assumptions: Assumptions) -> Iterator[Step[World]]:
    if world.phase == "early":
        yield "the last 30 seconds begin", replace(world, phase="late")
        if world.state == "decided" and not world.foreign and not assumptions.closed_only_by_time:
            yield "Banking Service closes the authorisation", replace(world, foreign=True)
    if world.phase == "late":
        yield "the session is over", replace(world, phase="over")
    works = world.lease is not None and world.workers[world.lease].at is not At.IDLE
    if world.lease is not None and rules.leases_end and not (works and assumptions.work_fits_the_lease):
        yield "the lease ends", replace(world, lease=None)


def _customer(world: World, rules: Rules) -> Iterator[Step[World]]:
    if world.phase != "over" and (world.state == "notified" or not rules.single_use) and world.opened < MANY:
        opened = world.opened + 1
        # The response may be lost. Nobody can open the session again then, and nothing is decided.
        yield "GET /authrefresh", replace(world, state="opened" if opened == 1 else world.state, opened=opened)
    if world.state == "opened" and not world.granted:
        yield "the authenticator grants", replace(world, granted=True)


def _worker(world: World, rules: Rules, assumptions: Assumptions, number: int) -> Iterator[Step[World]]:
    worker = world.workers[number]
    match worker.at:
        case At.IDLE:
            yield from _decide(world, rules, number)
            yield from _take_lease(world, rules, number)
            waiting = world.state == "decided" and world.in_outbox and world.lease is None
            if rules.expiry_is_recorded and waiting and world.phase == "over":
                yield "records the expiry", replace(world, state="expired", in_outbox=False)
        case At.LEASED:
            if world.phase != "over":
                yield from _send(world, assumptions, number)
        case At.SENT:
            # The response was lost, or the worker gave up waiting.
            unheard = replace(world, any_uncertain=True)
            yield "hears nothing", _with(unheard, number, replace(worker, at=At.RECEIVED, response="nothing"))
        case At.RECEIVED:
            yield from _record(world, rules, number)


def _decide(world: World, rules: Rules, number: int) -> Iterator[Step[World]]:
    may = world.state == "opened" or (not rules.decided_once and world.state == "decided")
    if not may or world.phase == "over" or len(world.recorded) >= MANY:
        return
    outcomes: tuple[Outcome, ...] = ("success", "cancelled")
    for outcome in outcomes:
        if outcome == "success" and rules.success_needs_proof and not world.granted:
            continue
        decided = replace(
            world,
            state="decided",
            outcome=outcome,
            recorded=(*world.recorded, outcome),
            in_outbox=rules.outbox_with_outcome,
            lease=number,
            uncertain_attempts=int(rules.uncertain_from_lease),
        )
        yield f"records {outcome}", _with(decided, number, Worker(At.LEASED))


def _take_lease(world: World, rules: Rules, number: int) -> Iterator[Step[World]]:
    if world.state == "decided" and world.in_outbox and world.lease is None and world.phase != "over":
        counted = min(MANY, world.uncertain_attempts + int(rules.uncertain_from_lease))
        earlier = world.uncertain_attempts > 0
        leased = replace(world, lease=number, uncertain_attempts=counted)
        yield "takes the lease", _with(leased, number, Worker(At.LEASED, uncertain=earlier))


def _send(world: World, assumptions: Assumptions, number: int) -> Iterator[Step[World]]:
    worker = world.workers[number]
    sent = replace(worker, at=At.SENT)
    received = replace(worker, at=At.RECEIVED)
    yield "knows that its PATCH was not sent", _with(world, number, replace(received, response="not sent"))
    world = replace(world, patched_after_delivery=world.patched_after_delivery or world.state == "delivered")
    yield "its PATCH is lost", _with(world, number, sent)
    unclear = replace(world, any_uncertain=True)
    yield "its PATCH is answered 503", _with(unclear, number, replace(received, response="503"))
    # Banking Service's clock may be ahead: in the last 30 seconds the authorisation may be over there.
    for over in (False, True) if world.phase == "late" else (False,):
        after, response = _patched(world, over=over)
        yield f"its PATCH is answered {response}", _with(after, number, replace(received, response=response))
        yield f"its PATCH arrives, the answer {response} is lost", _with(after, number, sent)
        if not assumptions.arrives_once:
            again, second = _patched(after, over=over)
            name = f"its PATCH arrives twice and is answered {second}"
            yield name, _with(again, number, replace(received, response=second))


def _patched(world: World, *, over: bool) -> tuple[World, str]:
    if over or world.foreign or world.accepted is not None:
        return world, "409"
    return replace(world, accepted=world.outcome, accepted_count=world.accepted_count + 1), "200"


def _record(world: World, rules: Rules, number: int) -> Iterator[Step[World]]:
    worker = world.workers[number]
    mine = world.lease == number
    decided = world.state == "decided"
    done = _with(world, number, Worker())
    acknowledged = worker.response == "200" or (worker.response == "409" and _means_delivered(world, rules, worker))
    if acknowledged:
        yield (
            "records the delivery",
            replace(done, state="delivered", in_outbox=False, lease=None) if decided else done,
        )
    elif worker.response == "409":
        may = decided and (mine or not rules.reject_needs_lease)
        yield "records the rejection", replace(done, state="rejected", in_outbox=False, lease=None) if may else done
    else:
        uncertain = worker.response != "not sent"
        yield "tries again", _with(world, number, Worker(At.LEASED, uncertain=worker.uncertain or uncertain))
        if decided and mine:
            # A lease none of whose attempts can have arrived does not count.
            spare = not uncertain and not worker.uncertain and rules.uncertain_from_lease
            attempts = world.uncertain_attempts - int(spare and world.uncertain_attempts < MANY)
            yield "postpones", replace(done, lease=None, uncertain_attempts=attempts)
        else:
            yield "lost its lease", done


def _means_delivered(world: World, rules: Rules, worker: Worker) -> bool:
    if world.phase != "early" and rules.conflict_late_is_rejected:
        return False
    if not rules.conflict_needs_uncertain:
        return True
    return worker.uncertain and rules.conflict_after_uncertain


def _with(world: World, number: int, worker: Worker) -> World:
    workers = (worker, world.workers[1]) if number == 0 else (world.workers[0], worker)
    return replace(world, workers=workers)
