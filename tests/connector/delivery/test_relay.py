"""The sweep: everything that is due, at its rate, never twice at once, whatever one item does."""

from collections import Counter
from typing import TYPE_CHECKING

import pytest

from connector.aws.lock import LockHeldError
from connector.sage.provider_api import ApiResponse
from connector.session.authorisation import Authorisation, State
from connector.session.updates import Update
from tests.fakes.clock import Clock
from tests.fakes.locks import MemoryLocks
from tests.fakes.sage import Sage, Trouble
from tests.fakes.store import MemoryStore
from tests.fakes.system import SWEEP_RATE, System, check_session, check_settled

if TYPE_CHECKING:
    from collections.abc import Callable

MINUTE = 60


def session_id(number: int) -> str:
    return f"00000000-0000-4000-8000-{number:012}"


@pytest.fixture
def system() -> System:
    clock = Clock()
    return System(MemoryStore(), clock, Sage(clock))


def owe(system: System, count: int, first: int = 0) -> list[str]:
    """Let customers confirm while Banking Service is down; they close their tabs."""
    down, system.sage.down = system.sage.down, True
    sessions = [session_id(first + number) for number in range(count)]
    for session in sessions:
        system.sage.start(session)
        system.notify(session)
        ticket = system.open(session)
        system.go_on(session, ticket)
        began = system.clock()
        system.confirm(session, ticket)
        # They wait side by side, not one after the other.
        system.clock.now = began + 0.01
    system.sage.down = down
    return sessions


def state(system: System, session: str) -> State:
    found = system.store.find(session)
    assert found
    return found.state


def busiest_second(moments: list[float]) -> int:
    """Tell how many there were within any one second."""
    return max(Counter(sum(begin <= other < begin + 1 for other in moments) for begin in moments), default=0)


def test_what_nobody_waits_for_is_delivered(system: System) -> None:
    [session] = owe(system, 1)
    system.clock.now += MINUTE
    report = system.sweep()
    assert (report.tried, report.undelivered, report.oldest_seconds) == (1, 0, 0)
    assert state(system, session) is State.DELIVERED


def test_what_is_not_due_is_left_alone(system: System) -> None:
    system.sage.troubles = [Trouble.ASKED_FOR_PATIENCE]
    session = session_id(0)
    system.sage.start(session)
    system.notify(session)
    ticket = system.open(session)
    system.go_on(session, ticket)
    system.confirm(session, ticket)
    told = len(system.sage.heard)
    system.clock.now += 19
    assert system.sweep().tried == 0
    assert len(system.sage.heard) == told
    system.clock.now += 2
    assert system.sweep().undelivered == 0


def test_what_is_leased_by_somebody_is_left_alone(system: System) -> None:
    system.sage.on_call = lambda _: report.append(system.sweep().tried) if not report else None
    report: list[int] = []
    owe(system, 1)
    assert report == [0]


def test_after_an_outage_of_ten_of_the_twenty_minutes_all_arrives_and_no_faster_than_the_rate(system: System) -> None:
    system.sage.down = True
    sessions: list[str] = []
    back_at = system.clock() + 10 * MINUTE
    while system.clock() < back_at:
        sessions += owe(system, 60, first=len(sessions))
        system.clock.now = max(system.clock.now, system.sweep_due)
        system.sweep()
    system.sage.down = False
    system.sage.heard.clear()
    for _ in range(10):
        system.clock.now = max(system.clock.now, system.sweep_due)
        system.sweep()

    assert len(sessions) >= 600
    for session in sessions:
        found = system.store.find(session)
        assert found
        check_session(found, system.sage, confirmed=True)
        check_settled(found)
        assert found.state is State.DELIVERED
    assert busiest_second([at for at, _ in system.sage.heard]) <= SWEEP_RATE
    assert max(at for at, _ in system.sage.heard) - back_at < 10 * MINUTE


def test_a_backlog_is_drained_at_the_rate_and_not_slower(system: System) -> None:
    owe(system, 80)
    system.clock.now += MINUTE
    system.sage.heard.clear()
    system.sweep()
    moments = [at for at, _ in system.sage.heard]
    assert len(moments) == 80
    assert max(moments) - min(moments) == pytest.approx(79 / SWEEP_RATE)


def test_what_no_time_is_left_for_is_first_the_next_time(system: System) -> None:
    sessions = owe(system, 200)
    system.clock.now += MINUTE
    system.sage.heard.clear()
    first = system.sweep(seconds=30)
    assert 0 < first.tried < 200
    assert first.undelivered == 200 - first.tried
    tried = {session for _, session in system.sage.heard}
    system.sage.heard.clear()
    system.sweep()
    assert {session for _, session in system.sage.heard} == set(sessions) - tried


def test_an_item_that_fails_holds_up_no_other(system: System) -> None:
    sessions = owe(system, 5)
    system.clock.now += MINUTE

    def on_call(session: str) -> None:
        if session == sessions[0]:
            raise RuntimeError("a fault of ours")

    system.sage.on_call = on_call
    report = system.sweep()
    assert [str(failure) for failure in report.failures] == ["a fault of ours"]
    assert [state(system, session) for session in sessions] == [State.DECIDED] + [State.DELIVERED] * 4


def test_an_item_that_banking_service_refuses_holds_up_no_other(system: System) -> None:
    sessions = owe(system, 3)
    system.clock.now += MINUTE
    take: Callable[[str, str], ApiResponse] = system.sage._take  # noqa: SLF001 - one item of the model is made to be refused
    system.sage._take = lambda session, status: (  # type: ignore[method-assign,assignment]  # noqa: SLF001 - likewise
        ApiResponse(404) if session == sessions[0] else take(session, status)
    )
    system.sweep()
    assert [state(system, session) for session in sessions] == [State.REJECTED, State.DELIVERED, State.DELIVERED]


def test_what_is_over_is_given_up_without_telling_anybody(system: System) -> None:
    [session] = owe(system, 1)
    system.clock.now += 21 * MINUTE
    system.sage.heard.clear()
    assert system.sweep().undelivered == 0
    assert state(system, session) is State.EXPIRED
    assert system.sage.heard == []


def test_two_sweeps_never_run_at_once() -> None:
    clock = Clock()
    locks = MemoryLocks(clock)
    sage = Sage(clock)
    system = System(MemoryStore(), clock, sage, locks=locks)
    owe(system, 3)
    clock.now += MINUTE
    refusals = []

    def sweep_again(_: str) -> None:
        with pytest.raises(LockHeldError) as held:
            system.sweep()
        refusals.append(held.value.cooling_down)

    sage.on_call = sweep_again
    system.sweep()
    assert refusals == [False, False, False]


def test_a_sweep_that_died_is_succeeded_when_lambda_has_ended_it() -> None:
    clock = Clock()
    locks = MemoryLocks(clock)
    system = System(MemoryStore(), clock, Sage(clock), locks=locks)
    owe(system, 1)
    locks.acquire("delivery-sweep", 60)
    clock.now += 59
    with pytest.raises(LockHeldError):
        system.sweep()
    clock.now += 1
    assert system.sweep().undelivered == 0


def test_how_long_the_oldest_is_owed_is_told(system: System) -> None:
    owe(system, 2)
    system.sage.down = True
    system.clock.now += 5 * MINUTE
    report = system.sweep()
    assert report.undelivered == 2
    assert 300 <= report.oldest_seconds <= 310


class Poisoned(MemoryStore):
    """A table in which one item cannot be read."""

    bad = ""

    def apply(self, update: Update) -> Authorisation:
        if update.authorisation_id == self.bad:
            raise KeyError("expires_at")
        return super().apply(update)


def test_an_item_that_cannot_be_read_holds_up_no_other() -> None:
    clock = Clock()
    store = Poisoned()
    system = System(store, clock, Sage(clock))
    sessions = owe(system, 3)
    store.bad = sessions[0]
    clock.now += MINUTE
    report = system.sweep()
    assert len(report.failures) == 1
    assert [state(system, session) for session in sessions[1:]] == [State.DELIVERED] * 2
