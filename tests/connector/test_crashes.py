"""A function is killed before and after every operation of every use case; afterwards nothing is lost or doubled."""

from collections.abc import Callable
from contextlib import suppress

import pytest

from connector.sage.tokens import Token, Tokens
from connector.session.authorisation import Outcome, State, TransitionRefusedError
from tests import sample
from tests.fakes.clock import Clock
from tests.fakes.crashing import (
    CrashingAuthorisationsApi,
    CrashingLocks,
    CrashingStore,
    CrashingTokenStore,
    Fate,
    Killed,
    every_death,
)
from tests.fakes.locks import MemoryLocks
from tests.fakes.sage import Sage, Trouble
from tests.fakes.store import MemoryStore
from tests.fakes.system import System, check_session, check_settled, told_done
from tests.fakes.token_store import MemoryTokenStore

MINUTE = 60


class Life:
    """One session, and two ways to act on it: as one who lives, and as one who is going to die."""

    def __init__(self, fate: Fate, troubles: list[Trouble]) -> None:
        self.clock = Clock()
        self.store = MemoryStore()
        self.sage = Sage(self.clock, troubles=list(troubles))
        self.locks = MemoryLocks(self.clock)
        self.ticket = ""
        self.lives = System(self.store, self.clock, self.sage, locks=self.locks)
        self.dies = System(
            CrashingStore(self.store, fate),
            self.clock,
            self.sage,
            banking_service=CrashingAuthorisationsApi(self.sage, fate),
            locks=CrashingLocks(self.locks, fate),
        )
        self.sage.start(sample.ID)

    def notified(self) -> None:
        self.lives.notify(sample.ID)

    def opened(self) -> None:
        self.notified()
        self.ticket = self.lives.open(sample.ID)

    def prompted(self) -> None:
        self.opened()
        self.lives.go_on(sample.ID, self.ticket)

    def undelivered(self) -> None:
        """Have the outcome recorded while Banking Service is down, and the lease over."""
        self.prompted()
        self.sage.down = True
        self.lives.confirm(sample.ID, self.ticket)
        self.sage.down = False
        self.clock.now += MINUTE

    def check(self) -> None:
        session = self.store.find(sample.ID)
        if session:
            check_session(session, self.sage, confirmed=session.outcome is Outcome.SUCCESS)


type Act = Callable[[Life], object]

ACTS: dict[str, tuple[Act, Act]] = {
    "notify": (lambda _: None, lambda life: life.dies.notify(sample.ID)),
    "open": (Life.notified, lambda life: life.dies.open(sample.ID)),
    "go on": (Life.opened, lambda life: life.dies.go_on(sample.ID, life.ticket)),
    "confirm": (Life.prompted, lambda life: life.dies.confirm(sample.ID, life.ticket)),
    "cancel": (Life.prompted, lambda life: life.dies.cancel(sample.ID, life.ticket)),
    "confirm again": (Life.undelivered, lambda life: life.dies.confirm(sample.ID, life.ticket)),
    "look": (Life.undelivered, lambda life: life.dies.look(sample.ID, life.ticket)),
    "sweep": (Life.undelivered, lambda life: life.dies.sweep()),
}
LEAST_OPERATIONS = {
    "notify": 1,
    "open": 1,
    "go on": 2,
    "cancel": 1,
    "confirm": 4,
    "confirm again": 4,
    "look": 4,
    "sweep": 6,
}

RECOVERIES: dict[str, Act] = {
    "the sweep": lambda life: life.lives.recover(),
    "a page that looks again": lambda life: life.lives.look(sample.ID, life.ticket),
    "a second submit": lambda life: life.lives.confirm(sample.ID, life.ticket),
}


@pytest.mark.parametrize("trouble", [None, Trouble.LOST_AFTER, Trouble.LOST_BEFORE, Trouble.UNAVAILABLE])
@pytest.mark.parametrize("recovery", RECOVERIES)
@pytest.mark.parametrize("act", ACTS)
def test_a_death_at_any_moment_loses_and_doubles_nothing(act: str, recovery: str, trouble: Trouble | None) -> None:
    prepare, do = ACTS[act]

    def run(fate: Fate) -> None:
        life = Life(fate, [])
        prepare(life)
        life.sage.troubles = [trouble] if trouble else []
        with suppress(Killed):
            do(life)
        life.check()
        decided = outcome_of(life)
        life.sage.troubles = []
        life.clock.now += MINUTE
        with suppress(TransitionRefusedError):
            RECOVERIES[recovery](life)
        life.check()
        life.lives.recover()
        life.check()

        session = life.store.find(sample.ID)
        if session:
            check_settled(session)
        if decided is Outcome.SUCCESS:
            assert session
            assert session.state is State.DELIVERED, "the customer had done their part"
        if decided is Outcome.CANCELLED:
            assert not life.sage.heard

    assert every_death(run) >= LEAST_OPERATIONS[act]


def outcome_of(life: Life) -> Outcome | None:
    session = life.store.find(sample.ID)
    return session.outcome if session else None


def test_a_customer_whose_confirmation_was_cut_off_confirms_again_and_is_done() -> None:
    def run(fate: Fate) -> None:
        life = Life(fate, [])
        life.prompted()
        with suppress(Killed):
            life.dies.confirm(sample.ID, life.ticket)
        life.clock.now += MINUTE
        assert told_done(life.lives.confirm(sample.ID, life.ticket))
        assert life.sage.accepted == {sample.ID: "success"}

    assert every_death(run) == 4


def test_between_the_outcome_s_write_and_the_patch_a_death_costs_nothing_but_time() -> None:
    life = Life(Fate(at=2, after=True), [])
    life.prompted()
    with pytest.raises(Killed):
        life.dies.confirm(sample.ID, life.ticket)
    assert life.sage.heard == []
    life.clock.now += MINUTE
    life.lives.sweep()
    assert life.sage.accepted == {sample.ID: "success"}


def test_after_the_patch_a_death_sends_a_second_one_whose_refusal_we_know_the_meaning_of() -> None:
    life = Life(Fate(at=3, after=True), [])
    life.prompted()
    with pytest.raises(Killed):
        life.dies.confirm(sample.ID, life.ticket)
    assert life.sage.accepted == {sample.ID: "success"}
    life.clock.now += MINUTE
    life.lives.sweep()
    session = life.store.find(sample.ID)
    assert session
    assert session.history[-1]["how"] == "conflict after an attempt in doubt"
    assert len(life.sage.heard) == 2


class Environment:
    """What one environment has of the shared token, and the Sage ID behind it."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.token_store = MemoryTokenStore()
        self.locks = MemoryLocks(clock)
        self.made = 0

    def fetch(self) -> Token:
        self.made += 1
        now = int(self.clock())
        return Token(f"token-{self.made}", now + 8 * 3600, obtained_at=now)

    def tokens(self, fate: Fate | None = None) -> Tokens:
        mortal = fate or Fate(at=0, after=False)
        return Tokens(
            CrashingTokenStore(self.token_store, mortal),
            lambda: mortal.do(self.fetch),
            CrashingLocks(self.locks, mortal),
            self.clock,
            self.clock.pause,
        )


TOKEN_ACTS: dict[str, Callable[[Tokens, Token | None], object]] = {
    "get": lambda tokens, _: tokens.get(),
    "get another": lambda tokens, failed: tokens.get(instead_of=failed),
    "renew": lambda tokens, _: tokens.renew(),
}


@pytest.mark.parametrize("act", TOKEN_ACTS)
def test_whoever_dies_on_the_way_to_a_token_keeps_nobody_from_having_one_for_long(act: str) -> None:
    def run(fate: Fate) -> None:
        clock = Clock()
        environment = Environment(clock)
        failed = environment.tokens().get() if act == "get another" else None
        with suppress(Killed):
            TOKEN_ACTS[act](environment.tokens(fate), failed)
        clock.now += Tokens.LOCK_SECONDS
        token = environment.tokens().get(instead_of=failed)
        assert token.usable(clock())
        assert token != failed
        assert environment.token_store.token == token
        assert environment.made <= (2 if failed is None else 3)

    assert every_death(run) >= 5
