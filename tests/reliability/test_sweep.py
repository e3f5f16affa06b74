"""The sweep: everything that is due, at its rate, never twice at once, whatever one item does."""

from collections import Counter
from typing import TYPE_CHECKING

import pytest

from connector.aws.lock import Held
from connector.sage.provider_api import Answer
from connector.session.authorisation import Authorisation, State
from connector.session.transition import Move
from tests.fakes.batons import MemoryBatons
from tests.fakes.clock import Clock
from tests.fakes.sage import Sage, Trouble
from tests.fakes.store import MemoryStore
from tests.reliability.house import SWEEP_RATE, House, check_session, check_settled

if TYPE_CHECKING:
    from collections.abc import Callable

MINUTE = 60


def session_id(number: int) -> str:
    return f"00000000-0000-4000-8000-{number:012}"


@pytest.fixture
def house() -> House:
    clock = Clock()
    return House(MemoryStore(), clock, Sage(clock))


def owe(house: House, count: int, first: int = 0) -> list[str]:
    """Let customers confirm while Banking Service is down; they close their tabs."""
    down, house.sage.down = house.sage.down, True
    sessions = [session_id(first + number) for number in range(count)]
    for session in sessions:
        house.sage.start(session)
        house.notify(session)
        ticket = house.open(session)
        house.go_on(session, ticket)
        began = house.clock()
        house.confirm(session, ticket)
        # They wait side by side, not one after the other.
        house.clock.now = began + 0.01
    house.sage.down = down
    return sessions


def state(house: House, session: str) -> State:
    found = house.store.find(session)
    assert found
    return found.state


def busiest_second(moments: list[float]) -> int:
    """Tell how many there were within any one second."""
    return max(Counter(sum(begin <= other < begin + 1 for other in moments) for begin in moments), default=0)


def test_what_nobody_waits_for_is_delivered(house: House) -> None:
    [session] = owe(house, 1)
    house.clock.now += MINUTE
    swept = house.sweep()
    assert (swept.tried, swept.owed, swept.oldest_seconds) == (1, 0, 0)
    assert state(house, session) is State.DELIVERED


def test_what_is_not_due_is_left_alone(house: House) -> None:
    house.sage.troubles = [Trouble.ASKED_FOR_PATIENCE]
    session = session_id(0)
    house.sage.start(session)
    house.notify(session)
    ticket = house.open(session)
    house.go_on(session, ticket)
    house.confirm(session, ticket)
    told = len(house.sage.heard)
    house.clock.now += 19
    assert house.sweep().tried == 0
    assert len(house.sage.heard) == told
    house.clock.now += 2
    assert house.sweep().owed == 0


def test_what_is_leased_by_somebody_is_left_alone(house: House) -> None:
    house.sage.on_call = lambda _: swept.append(house.sweep().tried) if not swept else None
    swept: list[int] = []
    owe(house, 1)
    assert swept == [0]


def test_after_an_outage_of_ten_of_the_twenty_minutes_all_arrives_and_no_faster_than_the_rate(house: House) -> None:
    house.sage.down = True
    sessions: list[str] = []
    back_at = house.clock() + 10 * MINUTE
    while house.clock() < back_at:
        sessions += owe(house, 60, first=len(sessions))
        house.clock.now = max(house.clock.now, house.sweep_due)
        house.sweep()
    house.sage.down = False
    house.sage.heard.clear()
    for _ in range(10):
        house.clock.now = max(house.clock.now, house.sweep_due)
        house.sweep()

    assert len(sessions) >= 600
    for session in sessions:
        found = house.store.find(session)
        assert found
        check_session(found, house.sage, confirmed=True)
        check_settled(found)
        assert found.state is State.DELIVERED
    assert busiest_second([at for at, _ in house.sage.heard]) <= SWEEP_RATE
    assert max(at for at, _ in house.sage.heard) - back_at < 10 * MINUTE


def test_a_backlog_is_drained_at_the_rate_and_not_slower(house: House) -> None:
    owe(house, 80)
    house.clock.now += MINUTE
    house.sage.heard.clear()
    house.sweep()
    moments = [at for at, _ in house.sage.heard]
    assert len(moments) == 80
    assert max(moments) - min(moments) == pytest.approx(79 / SWEEP_RATE)


def test_what_no_time_is_left_for_is_first_the_next_time(house: House) -> None:
    sessions = owe(house, 200)
    house.clock.now += MINUTE
    house.sage.heard.clear()
    first = house.sweep(seconds=30)
    assert 0 < first.tried < 200
    assert first.owed == 200 - first.tried
    tried = {session for _, session in house.sage.heard}
    house.sage.heard.clear()
    house.sweep()
    assert {session for _, session in house.sage.heard} == set(sessions) - tried


def test_an_item_that_fails_holds_up_no_other(house: House) -> None:
    sessions = owe(house, 5)
    house.clock.now += MINUTE

    def on_call(session: str) -> None:
        if session == sessions[0]:
            raise RuntimeError("a fault of ours")

    house.sage.on_call = on_call
    swept = house.sweep()
    assert [str(failure) for failure in swept.failures] == ["a fault of ours"]
    assert [state(house, session) for session in sessions] == [State.DECIDED] + [State.DELIVERED] * 4


def test_an_item_that_banking_service_refuses_holds_up_no_other(house: House) -> None:
    sessions = owe(house, 3)
    house.clock.now += MINUTE
    take: Callable[[str, str], Answer] = house.sage._take  # noqa: SLF001 - one item of the model is made to be refused
    house.sage._take = lambda session, status: (  # type: ignore[method-assign,assignment]  # noqa: SLF001 - likewise
        Answer(404) if session == sessions[0] else take(session, status)
    )
    house.sweep()
    assert [state(house, session) for session in sessions] == [State.REJECTED, State.DELIVERED, State.DELIVERED]


def test_what_is_over_is_given_up_without_telling_anybody(house: House) -> None:
    [session] = owe(house, 1)
    house.clock.now += 21 * MINUTE
    house.sage.heard.clear()
    assert house.sweep().owed == 0
    assert state(house, session) is State.LAPSED
    assert house.sage.heard == []


def test_two_sweeps_never_run_at_once() -> None:
    clock = Clock()
    batons = MemoryBatons(clock)
    sage = Sage(clock)
    house = House(MemoryStore(), clock, sage, batons=batons)
    owe(house, 3)
    clock.now += MINUTE
    refusals = []

    def sweep_again(_: str) -> None:
        with pytest.raises(Held) as held:
            house.sweep()
        refusals.append(held.value.resting)

    sage.on_call = sweep_again
    house.sweep()
    assert refusals == [False, False, False]


def test_a_sweep_that_died_is_succeeded_when_lambda_has_ended_it() -> None:
    clock = Clock()
    batons = MemoryBatons(clock)
    house = House(MemoryStore(), clock, Sage(clock), batons=batons)
    owe(house, 1)
    batons.take("delivery-sweep", 60)
    clock.now += 59
    with pytest.raises(Held):
        house.sweep()
    clock.now += 1
    assert house.sweep().owed == 0


def test_how_long_the_oldest_is_owed_is_told(house: House) -> None:
    owe(house, 2)
    house.sage.down = True
    house.clock.now += 5 * MINUTE
    swept = house.sweep()
    assert swept.owed == 2
    assert 300 <= swept.oldest_seconds <= 310


class Poisoned(MemoryStore):
    """A table in which one item cannot be read."""

    bad = ""

    def apply(self, move: Move) -> Authorisation:
        if move.authorisation_id == self.bad:
            raise KeyError("expires_at")
        return super().apply(move)


def test_an_item_that_cannot_be_read_holds_up_no_other() -> None:
    clock = Clock()
    store = Poisoned()
    house = House(store, clock, Sage(clock))
    sessions = owe(house, 3)
    store.bad = sessions[0]
    clock.now += MINUTE
    swept = house.sweep()
    assert len(swept.failures) == 1
    assert [state(house, session) for session in sessions[1:]] == [State.DELIVERED] * 2
