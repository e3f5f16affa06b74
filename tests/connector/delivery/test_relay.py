"""The relay: every entry that is due, at the set rate, never two runs at once, whatever one entry does."""

import time
from collections import Counter
from collections.abc import Callable, Iterator
from threading import Event

import pytest

from connector.aws.lock import LockHeldError
from connector.delivery.deliver import Delivery
from connector.delivery.relay import Relay
from connector.sage.api_response import ApiResponse
from connector.session.authorisation import Authorisation, State
from connector.session.store import OutboxEntry
from connector.session.update import Update
from tests.fakes.clock import Clock
from tests.fakes.locks import MemoryLocks
from tests.fakes.sage import Sage, Trouble
from tests.fakes.store import MemoryStore
from tests.fakes.system import RELAY_RATE, System, check_ended, check_session

MINUTE = 60


def session_id(number: int) -> str:
    return f"00000000-0000-4000-8000-{number:012}"


@pytest.fixture
def system() -> System:
    clock = Clock()
    return System(MemoryStore(), clock, Sage(clock))


def undelivered(system: System, count: int, first: int = 0) -> list[str]:
    """Let customers confirm while Banking Service is down, and close their tabs."""
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


def test_an_outcome_whose_customer_left_is_delivered(system: System) -> None:
    [session] = undelivered(system, 1)
    system.clock.now += MINUTE
    report = system.relay()
    assert (report.tried, report.undelivered, report.oldest_seconds) == (1, 0, 0)
    assert state(system, session) is State.DELIVERED


def test_an_entry_that_is_not_due_is_not_attempted(system: System) -> None:
    system.sage.troubles = [Trouble.RETRY_AFTER]
    session = session_id(0)
    system.sage.start(session)
    system.notify(session)
    ticket = system.open(session)
    system.go_on(session, ticket)
    system.confirm(session, ticket)
    before = len(system.sage.heard)
    due = system.clock() + 20
    assert system.relay(seconds=20).tried == 0
    assert len(system.sage.heard) == before
    assert system.relay().undelivered == 0
    assert system.sage.heard[-1][0] >= due


def test_an_entry_that_is_leased_is_not_attempted(system: System) -> None:
    system.sage.on_call = lambda _: report.append(system.relay(seconds=30).tried) if not report else None
    report: list[int] = []
    undelivered(system, 1)
    assert report == [0]


@pytest.mark.slow
def test_after_ten_of_twenty_minutes_without_sage_each_outcome_is_delivered_within_the_rate(system: System) -> None:
    system.sage.down = True
    sessions: list[str] = []
    back_at = system.clock() + 10 * MINUTE
    while system.clock() < back_at:
        sessions += undelivered(system, 60, first=len(sessions))
        system.clock.now = max(system.clock.now, system.relay_due)
        system.relay()
    system.sage.down = False
    system.sage.heard.clear()
    for _ in range(10):
        system.clock.now = max(system.clock.now, system.relay_due)
        system.relay()

    assert len(sessions) >= 600
    for session in sessions:
        found = system.store.find(session)
        assert found
        check_session(found, system.sage, confirmed=True)
        check_ended(found)
        assert found.state is State.DELIVERED
    assert busiest_second([at for at, _ in system.sage.heard]) <= RELAY_RATE
    assert max(at for at, _ in system.sage.heard) - back_at < 10 * MINUTE


def test_a_backlog_is_delivered_at_the_full_rate(system: System) -> None:
    undelivered(system, 80)
    system.clock.now += MINUTE
    system.sage.heard.clear()
    system.relay()
    moments = [at for at, _ in system.sage.heard]
    assert len(moments) == 80
    assert max(moments) - min(moments) == pytest.approx(79 / RELAY_RATE)


def end_outage(system: System, at: float) -> None:
    """Let Banking Service answer again at this time."""

    def on_call(_: str) -> None:
        system.sage.down = system.clock() < at

    system.sage.down = True
    system.sage.on_call = on_call


def test_what_is_postponed_for_seconds_is_tried_again_in_the_same_run(system: System) -> None:
    [session] = undelivered(system, 1)
    system.clock.now += MINUTE
    began = system.clock()
    end_outage(system, began + 10)
    report = system.relay()
    assert (report.tried, report.undelivered) == (1, 0)
    assert state(system, session) is State.DELIVERED
    assert system.clock() - began <= 10 + Delivery.LONGEST_PAUSE_SECONDS + 1


@pytest.mark.parametrize("second", [0, *(pytest.param(second, marks=pytest.mark.slow) for second in (20, 44, 58))])
def test_within_60_seconds_of_sages_return_every_outcome_is_delivered_at_most_at_the_rate(
    system: System, second: int
) -> None:
    """The outage lasts ten of the twenty minutes, and ends at any second of the schedule's minute."""
    system.sage.down = True
    sessions: list[str] = []
    back_at = system.clock() + 10 * MINUTE + second
    while system.clock() < back_at - MINUTE:
        sessions += undelivered(system, 20, first=len(sessions))
        end_outage(system, back_at)
        system.clock.now = max(system.clock.now, system.relay_due)
        system.relay()
    system.sage.heard.clear()  # the customers' own requests are not at the relay's rate
    while system.clock() < back_at + MINUTE:
        system.clock.now = max(system.clock.now, system.relay_due)
        system.relay()

    assert len(sessions) >= 180
    assert {state(system, session) for session in sessions} == {State.DELIVERED}
    assert max(system.sage.accepted_at.values()) <= back_at + MINUTE
    assert busiest_second([at for at, _ in system.sage.heard]) <= RELAY_RATE


def test_a_run_without_an_entry_that_is_due_soon_ends_at_once(system: System) -> None:
    began = system.clock()
    system.relay()
    assert system.clock() == began
    undelivered(system, 1)
    system.clock.now += MINUTE
    system.sage.troubles = [Trouble.RETRY_AFTER]
    began = system.clock()
    assert system.relay(seconds=30).undelivered == 1
    assert system.clock() == began


def test_no_attempt_begins_in_the_seconds_that_are_kept_for_its_end(system: System) -> None:
    """Of 60 seconds 15 are kept. An attempt that begins just before them may still wait one turn for the rate."""
    undelivered(system, 3)
    system.sage.down = True
    system.clock.now += MINUTE
    system.sage.heard.clear()
    began = system.clock()
    system.relay()
    assert len(system.sage.heard) > 3
    assert max(at for at, _ in system.sage.heard) <= began + 45 + 1 / RELAY_RATE


class Stale(MemoryStore):
    """A table whose index still lists every entry as it was listed first."""

    def __init__(self) -> None:
        super().__init__()
        self.listed: dict[str, OutboxEntry] = {}

    def entries(self) -> Iterator[OutboxEntry]:
        for entry in super().entries():
            self.listed.setdefault(entry.authorisation_id, entry)
        return iter(list(self.listed.values()))


def test_retry_after_holds_while_the_index_still_lists_the_entry_as_due() -> None:
    clock = Clock()
    system = System(Stale(), clock, Sage(clock))
    undelivered(system, 1)
    clock.now += MINUTE
    system.sage.heard.clear()
    system.sage.troubles = [Trouble.RETRY_AFTER]
    system.relay()
    first, second = (at for at, _ in system.sage.heard)
    assert second - first >= 20


def test_an_entry_whose_attempt_failed_waits_for_the_next_run(system: System) -> None:
    undelivered(system, 1)
    system.clock.now += MINUTE
    calls = []

    def on_call(session: str) -> None:
        calls.append(session)
        raise RuntimeError("a fault of ours")

    system.sage.on_call = on_call
    system.relay()
    assert len(calls) == 1


def test_a_slow_attempt_does_not_delay_the_second_attempt_of_another_entry(monkeypatch: pytest.MonkeyPatch) -> None:
    """Real threads and real seconds: one answer takes until the other outcome is delivered."""
    store = MemoryStore()
    sage = Sage(time.time)
    clock = Clock(time.time() - MINUTE)
    slow, other = undelivered(System(store, clock, sage), 2)
    other_delivered = Event()
    tries = Counter[str]()

    def on_call(session: str) -> None:
        tries[session] += 1
        if session == slow:
            assert other_delivered.wait(20)
        elif tries[other] == 1:
            sage.troubles = [Trouble.NO_CONNECTION]
        else:
            other_delivered.set()

    sage.on_call = on_call
    delivery = Delivery(store, sage, time.time, time.sleep, lambda *_: 0.5)
    relay = Relay(store, delivery, MemoryLocks(time.time), time.time, time.sleep, lambda: 60, workers=2)
    monkeypatch.setattr(Relay, "QUERY_SECONDS", (0.05, 0.1))
    assert relay(15).undelivered == 0
    assert tries == {slow: 1, other: 2}


def test_an_entry_that_no_time_was_left_for_is_attempted_in_the_next_run(system: System) -> None:
    sessions = undelivered(system, 200)
    system.clock.now += MINUTE
    system.sage.heard.clear()
    first = system.relay(seconds=30)
    assert 0 < first.tried < 200
    assert first.undelivered == 200 - first.tried
    tried = {session for _, session in system.sage.heard}
    system.sage.heard.clear()
    system.relay()
    assert {session for _, session in system.sage.heard} == set(sessions) - tried


def test_an_entry_that_fails_does_not_delay_the_others(system: System) -> None:
    sessions = undelivered(system, 5)
    system.clock.now += MINUTE

    def on_call(session: str) -> None:
        if session == sessions[0]:
            raise RuntimeError("a fault of ours")

    system.sage.on_call = on_call
    report = system.relay()
    assert [str(failure) for failure in report.failures] == ["a fault of ours"]
    assert [state(system, session) for session in sessions] == [State.DECIDED] + [State.DELIVERED] * 4


def test_a_rejected_outcome_does_not_delay_the_others(system: System) -> None:
    sessions = undelivered(system, 3)
    system.clock.now += MINUTE
    take: Callable[[str, str], ApiResponse] = system.sage._take  # noqa: SLF001 - one item of the model is made to be refused
    system.sage._take = lambda session, status: (  # type: ignore[method-assign,assignment]  # noqa: SLF001 - likewise
        ApiResponse(404) if session == sessions[0] else take(session, status)
    )
    system.relay()
    assert [state(system, session) for session in sessions] == [State.REJECTED, State.DELIVERED, State.DELIVERED]


def test_an_expired_session_is_recorded_and_nothing_is_sent(system: System) -> None:
    [session] = undelivered(system, 1)
    system.clock.now += 21 * MINUTE
    system.sage.heard.clear()
    assert system.relay().undelivered == 0
    assert state(system, session) is State.EXPIRED
    assert system.sage.heard == []


def test_two_runs_never_overlap() -> None:
    clock = Clock()
    locks = MemoryLocks(clock)
    sage = Sage(clock)
    system = System(MemoryStore(), clock, sage, locks=locks)
    undelivered(system, 3)
    clock.now += MINUTE
    refusals = []

    def run_again(_: str) -> None:
        with pytest.raises(LockHeldError) as held:
            system.relay()
        refusals.append(held.value.cooling_down)

    sage.on_call = run_again
    system.relay()
    assert refusals == [False, False, False]


def test_the_lock_of_a_run_that_was_killed_expires_with_its_invocation() -> None:
    clock = Clock()
    locks = MemoryLocks(clock)
    system = System(MemoryStore(), clock, Sage(clock), locks=locks)
    undelivered(system, 1)
    locks.acquire(Relay.LOCK, 60)
    clock.now += 59
    with pytest.raises(LockHeldError):
        system.relay()
    clock.now += 1
    assert system.relay().undelivered == 0


def test_the_report_has_the_age_of_the_oldest_entry(system: System) -> None:
    undelivered(system, 2)
    system.sage.down = True
    system.clock.now += 5 * MINUTE
    report = system.relay(seconds=20)
    assert report.undelivered == 2
    assert 300 <= report.oldest_seconds <= 310


class BrokenItemStore(MemoryStore):
    """A table with one item that cannot be read."""

    broken = ""

    def apply(self, update: Update) -> Authorisation:
        if update.authorisation_id == self.broken:
            raise KeyError("expires_at")
        return super().apply(update)


def test_an_entry_that_cannot_be_read_does_not_delay_the_others() -> None:
    clock = Clock()
    store = BrokenItemStore()
    system = System(store, clock, Sage(clock))
    sessions = undelivered(system, 3)
    store.broken = sessions[0]
    clock.now += MINUTE
    report = system.relay()
    assert len(report.failures) == 1
    assert [state(system, session) for session in sessions[1:]] == [State.DELIVERED] * 2
