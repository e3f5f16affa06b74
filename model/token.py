"""The token for the Provider API, which environments share: two environments, the token store, the lock, and Sage ID.

Tokens have numbers, in the order in which Sage ID issued them; 0 is no token. An environment can be killed between any
two of its steps, a write to the store can fail, the lock ends by itself, and Sage can revoke every token.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum

from model.search import Invariant, Step

ENVIRONMENTS = (0, 1)
TOKENS = 3
"""Sage ID issues no more, which keeps the search finite."""


class At(StrEnum):
    """Where an environment is."""

    IDLE = "idle"
    WANTING = "wanting"
    """It found no token that serves, and waits for the lock."""
    LOCKED = "locked"
    FETCHING = "fetching"
    FETCHED = "fetched"


@dataclass(frozen=True, slots=True)
class Rules:
    """The rules of the protocol. A test removes each one and expects that an invariant fails."""

    under_lock: bool = True
    """A token is requested under the lock only."""
    looks_again: bool = True
    """Under the lock the store is read again, before a request to Sage ID."""
    other_than_refused: bool = True
    """A token that was refused is not taken from the store again."""
    fresh_is_not_replaced: bool = True
    """A replacement that is refused too, and was never accepted, is not replaced within the same minute."""
    acceptance_is_shared: bool = True
    """The first environment that sees a replacement accepted records that in the store."""
    locks_end: bool = True
    """A lock ends by itself."""


@dataclass(frozen=True, slots=True)
class Assumptions:
    """What the protocol does not control."""

    key_is_right: bool = True
    """The API key is right. Otherwise the Provider API refuses every token."""
    work_fits_the_lock: bool = True
    """A lock does not end while its holder works."""
    store_writable: bool = True
    """Every write to the token store succeeds, and no environment is killed just before the write."""
    revocations: int = 2
    """How often Sage revokes every token."""


@dataclass(frozen=True, slots=True)
class Environment:
    """What an environment remembers. It is lost when the environment is killed."""

    at: At = At.IDLE
    token: int = 0
    refused: int = 0
    """The last token that the Provider API refused."""
    accepted: int = 0
    """The last token that the Provider API accepted."""
    fetched: int = 0


@dataclass(frozen=True, slots=True)
class World:
    """The token store, the lock, Sage, and the environments."""

    stored: int = 0
    fresh: bool = False
    """The stored token replaced a refused one within the last minute, and no accepted request with it is recorded."""
    lock: int | None = None
    issued: int = 0
    revoked: int = 0
    """Every token up to this number is revoked."""
    revocations: int = 0
    accepted: bool = False
    """The last request to the Provider API was accepted."""
    sent_refused_again: bool = False
    requests_at_once: int = 0
    needless_request: bool = False
    """A token was requested although the store had one that serves."""
    replaced_this_minute: int = 0
    """How often a token that was refused, and never accepted, was replaced within a minute."""
    held_up: bool = False
    """An environment had to wait for the minute although the Provider API had accepted its token before."""
    proved: int = 0
    """The newest token with which a request was accepted."""
    environments: tuple[Environment, Environment] = (Environment(), Environment())


INVARIANTS: dict[str, Invariant[World]] = {
    "one request to Sage ID at a time": lambda world: world.requests_at_once <= 1,
    "no request to Sage ID while the store has a token that serves": lambda world: not world.needless_request,
    "a refused token is not sent again": lambda world: not world.sent_refused_again,
    "a wrong API key costs one replacement a minute": lambda world: world.replaced_this_minute <= 1,
    "an accepted token that is revoked is replaced at once": lambda world: not world.held_up,
}


def ended(world: World) -> bool:
    """Tell whether a request was accepted, or Sage ID issues no more tokens in this model."""
    return world.accepted or world.issued >= TOKENS


def steps(world: World, rules: Rules, assumptions: Assumptions) -> Iterator[Step[World]]:
    """Yield everything that can happen next."""
    if world.revocations < assumptions.revocations and world.revoked < world.issued:
        revoked = replace(world, revoked=world.issued, revocations=world.revocations + 1, accepted=False)
        yield "Sage revokes every token", revoked
    if world.fresh or world.replaced_this_minute:
        yield "a minute passes", replace(world, fresh=False, replaced_this_minute=0)
    works = world.lock is not None and world.environments[world.lock].at is not At.IDLE
    if world.lock is not None and rules.locks_end and not (works and assumptions.work_fits_the_lock):
        yield "the lock ends", replace(world, lock=None)
    for number in ENVIRONMENTS:
        for name, after in _environment(world, rules, assumptions, number):
            yield f"environment {number}: {name}", _counted(after)
        if world.environments[number] != Environment():
            yield f"environment {number} is killed", _with(world, number, Environment())


def _environment(world: World, rules: Rules, assumptions: Assumptions, number: int) -> Iterator[Step[World]]:
    own = world.environments[number]
    match own.at:
        case At.IDLE if own.token:
            yield from _call(world, rules, assumptions, number)
        case At.IDLE:
            yield from _find(world, rules, number)
        case At.WANTING:
            if world.lock is None or not rules.under_lock:
                yield "takes the lock", _with(replace(world, lock=number), number, replace(own, at=At.LOCKED))
        case At.LOCKED:
            if rules.looks_again and world.stored not in {0, own.refused}:
                yield "takes the stored token", _release(world, number, world.stored)
            elif world.issued < TOKENS:
                needless = world.needless_request or world.stored not in {0, own.refused}
                requesting = replace(world, needless_request=needless)
                yield "requests a token", _with(requesting, number, replace(own, at=At.FETCHING))
        case At.FETCHING:
            issued = world.issued + 1
            fetched = replace(own, at=At.FETCHED, fetched=issued)
            yield "gets a token", _with(replace(world, issued=issued), number, fetched)
            yield "gets an error", _release(world, number, 0)
        case At.FETCHED:
            yield from _store(world, assumptions, number)


def _call(world: World, rules: Rules, assumptions: Assumptions, number: int) -> Iterator[Step[World]]:
    own = world.environments[number]
    again = replace(world, sent_refused_again=world.sent_refused_again or own.token == own.refused)
    if own.token > world.revoked and assumptions.key_is_right:
        seen = replace(again, accepted=True, proved=max(world.proved, own.token))
        accepted = _with(seen, number, replace(own, accepted=own.token))
        news = world.fresh and world.stored == own.token and rules.acceptance_is_shared
        if news:
            yield "is accepted and records it", replace(accepted, fresh=False)
        if not news or not assumptions.store_writable:
            yield "is accepted", accepted
    else:
        refused = replace(own, token=0, refused=own.token)
        yield "is refused", _with(replace(again, accepted=False), number, refused)


def _find(world: World, rules: Rules, number: int) -> Iterator[Step[World]]:
    own = world.environments[number]
    if world.stored and (world.stored != own.refused or not rules.other_than_refused):
        yield "reads the stored token", _with(world, number, replace(own, token=world.stored))
    elif rules.fresh_is_not_replaced and world.fresh and own.refused == world.stored != own.accepted:
        if own.refused <= world.proved and not world.held_up:
            yield "waits for the minute", replace(world, held_up=True)
    else:
        yield "finds no token", _with(world, number, replace(own, at=At.WANTING))


def _store(world: World, assumptions: Assumptions, number: int) -> Iterator[Step[World]]:
    own = world.environments[number]
    unaccepted = bool(own.refused) and own.refused > world.proved
    replaced = replace(world, replaced_this_minute=world.replaced_this_minute + unaccepted)
    stored = replace(replaced, stored=own.fetched, fresh=bool(own.refused))
    yield "stores the token", _release(stored, number, own.fetched)
    if not assumptions.store_writable:
        yield "cannot store the token", _release(replaced, number, own.fetched)


def _release(world: World, number: int, token: int) -> World:
    own = world.environments[number]
    freed = replace(world, lock=None if world.lock == number else world.lock)
    return _with(freed, number, replace(own, at=At.IDLE, token=token, fetched=0))


def _counted(world: World) -> World:
    at_once = sum(environment.at is At.FETCHING for environment in world.environments)
    return replace(world, requests_at_once=max(world.requests_at_once, at_once))


def _with(world: World, number: int, own: Environment) -> World:
    environments = (own, world.environments[1]) if number == 0 else (world.environments[0], own)
    return replace(world, environments=environments)
