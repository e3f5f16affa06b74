"""A function is killed before and after each operation of each use case; nothing is lost or doubled."""

from collections.abc import Callable
from contextlib import suppress

import pytest

from connector.sage.tokens import Token, Tokens
from connector.session.authorisation import Outcome, State, TransitionRefusedError
from tests import sample
from tests.fakes.clock import Clock
from tests.fakes.crashing import (
    Crash,
    CrashingAuthorisationsApi,
    CrashingLocks,
    CrashingStore,
    CrashingTokenStore,
    Killed,
    every_crash,
)
from tests.fakes.locks import MemoryLocks
from tests.fakes.sage import Sage, Trouble
from tests.fakes.store import MemoryStore
from tests.fakes.system import System, check_ended, check_session, shows_delivered
from tests.fakes.token_store import MemoryTokenStore

MINUTE = 60


class Case:
    """One session, a function that is killed on the way (`killed`), and functions that run to their end (`others`)."""

    def __init__(self, crash: Crash, troubles: list[Trouble]) -> None:
        self.clock = Clock()
        self.store = MemoryStore()
        self.sage = Sage(self.clock, troubles=list(troubles))
        self.locks = MemoryLocks(self.clock)
        self.ticket = ""
        self.others = System(self.store, self.clock, self.sage, locks=self.locks)
        self.killed = System(
            CrashingStore(self.store, crash),
            self.clock,
            self.sage,
            authorisations=CrashingAuthorisationsApi(self.sage, crash),
            locks=CrashingLocks(self.locks, crash),
        )
        self.sage.start(sample.ID)

    def notified(self) -> None:
        self.others.notify(sample.ID)

    def opened(self) -> None:
        self.notified()
        self.ticket = self.others.open(sample.ID)

    def prompted(self) -> None:
        self.opened()
        self.others.go_on(sample.ID, self.ticket)

    def undelivered(self) -> None:
        """Record the outcome while Banking Service is down, and let the lease end."""
        self.prompted()
        self.sage.down = True
        self.others.confirm(sample.ID, self.ticket)
        self.sage.down = False
        self.clock.now += MINUTE

    def check(self) -> None:
        session = self.store.find(sample.ID)
        if session:
            check_session(session, self.sage, confirmed=session.outcome is Outcome.SUCCESS)


type Act = Callable[[Case], object]

ACTS: dict[str, tuple[Act, Act]] = {
    "notify": (lambda _: None, lambda case: case.killed.notify(sample.ID)),
    "open": (Case.notified, lambda case: case.killed.open(sample.ID)),
    "go on": (Case.opened, lambda case: case.killed.go_on(sample.ID, case.ticket)),
    "confirm": (Case.prompted, lambda case: case.killed.confirm(sample.ID, case.ticket)),
    "cancel": (Case.prompted, lambda case: case.killed.cancel(sample.ID, case.ticket)),
    "confirm again": (Case.undelivered, lambda case: case.killed.confirm(sample.ID, case.ticket)),
    "refresh": (Case.undelivered, lambda case: case.killed.refresh(sample.ID, case.ticket)),
    "relay": (Case.undelivered, lambda case: case.killed.relay()),
}
LEAST_OPERATIONS = {
    "notify": 1,
    "open": 1,
    "go on": 2,
    "cancel": 1,
    "confirm": 4,
    "confirm again": 4,
    "refresh": 4,
    "relay": 6,
}

RECOVERIES: dict[str, Act] = {
    "the relay": lambda case: case.others.recover(),
    "the page of a customer who waits": lambda case: case.others.refresh(sample.ID, case.ticket),
    "a second submit": lambda case: case.others.confirm(sample.ID, case.ticket),
}


@pytest.mark.parametrize("trouble", [None, Trouble.LOST_AFTER, Trouble.LOST_BEFORE, Trouble.UNAVAILABLE])
@pytest.mark.parametrize("recovery", RECOVERIES)
@pytest.mark.parametrize("act", ACTS)
def test_a_crash_at_any_moment_loses_and_doubles_nothing(act: str, recovery: str, trouble: Trouble | None) -> None:
    prepare, do = ACTS[act]

    def run(crash: Crash) -> None:
        case = Case(crash, [])
        prepare(case)
        case.sage.troubles = [trouble] if trouble else []
        with suppress(Killed):
            do(case)
        case.check()
        decided = outcome_of(case)
        case.sage.troubles = []
        case.clock.now += MINUTE
        with suppress(TransitionRefusedError):
            RECOVERIES[recovery](case)
        case.check()
        case.others.recover()
        case.check()

        session = case.store.find(sample.ID)
        if session:
            check_ended(session)
        if decided is Outcome.SUCCESS:
            assert session
            assert session.state is State.DELIVERED, "the outcome was recorded as a success"
        if decided is Outcome.CANCELLED:
            assert not case.sage.heard

    assert every_crash(run) >= LEAST_OPERATIONS[act]


def outcome_of(case: Case) -> Outcome | None:
    session = case.store.find(sample.ID)
    return session.outcome if session else None


def test_a_customer_whose_confirmation_crashed_confirms_again_and_it_is_delivered() -> None:
    def run(crash: Crash) -> None:
        case = Case(crash, [])
        case.prompted()
        with suppress(Killed):
            case.killed.confirm(sample.ID, case.ticket)
        case.clock.now += MINUTE
        assert shows_delivered(case.others.confirm(sample.ID, case.ticket))
        assert case.sage.accepted == {sample.ID: "success"}

    assert every_crash(run) == 4


def test_after_a_crash_between_the_outcome_and_the_patch_the_relay_delivers() -> None:
    case = Case(Crash(at=2, after=True), [])
    case.prompted()
    with pytest.raises(Killed):
        case.killed.confirm(sample.ID, case.ticket)
    assert case.sage.heard == []
    case.clock.now += MINUTE
    case.others.relay()
    assert case.sage.accepted == {sample.ID: "success"}


def test_after_a_crash_behind_the_patch_the_409_of_the_second_one_is_an_acknowledgement() -> None:
    case = Case(Crash(at=3, after=True), [])
    case.prompted()
    with pytest.raises(Killed):
        case.killed.confirm(sample.ID, case.ticket)
    assert case.sage.accepted == {sample.ID: "success"}
    case.clock.now += MINUTE
    case.others.relay()
    session = case.store.find(sample.ID)
    assert session
    assert session.history[-1]["how"] == "HTTP 409 after an uncertain attempt"
    assert len(case.sage.heard) == 2


class Environment:
    """The token store, the locks and Sage ID, which all environments share."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.token_store = MemoryTokenStore()
        self.locks = MemoryLocks(clock)
        self.made = 0

    def fetch(self) -> Token:
        self.made += 1
        now = int(self.clock())
        return Token(f"token-{self.made}", now + 8 * 3600, obtained_at=now)

    def tokens(self, crash: Crash | None = None) -> Tokens:
        crashes = crash or Crash(at=0, after=False)
        return Tokens(
            CrashingTokenStore(self.token_store, crashes),
            lambda: crashes.do(self.fetch),
            CrashingLocks(self.locks, crashes),
            self.clock,
            self.clock.pause,
        )


TOKEN_ACTS: dict[str, Callable[[Tokens, Token | None], object]] = {
    "get": lambda tokens, _: tokens.get(),
    "get another": lambda tokens, failed: tokens.get(instead_of=failed),
    "renew": lambda tokens, _: tokens.renew(),
}


@pytest.mark.parametrize("act", TOKEN_ACTS)
def test_a_crash_on_the_way_to_a_token_delays_the_others_only_until_the_lock_expires(act: str) -> None:
    def run(crash: Crash) -> None:
        clock = Clock()
        environment = Environment(clock)
        failed = environment.tokens().get() if act == "get another" else None
        with suppress(Killed):
            TOKEN_ACTS[act](environment.tokens(crash), failed)
        clock.now += Tokens.LOCK_SECONDS
        token = environment.tokens().get(instead_of=failed)
        assert token.usable(clock())
        assert token != failed
        assert environment.token_store.token == token
        assert environment.made <= (2 if failed is None else 3)

    assert every_crash(run) >= 5
