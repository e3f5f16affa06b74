"""What the local AWS cannot do: clocks of two environments that differ, a schedule that is late, a restored table."""

from copy import deepcopy

import pytest

from connector.session.authorisation import Item, State
from tests.fakes.clock import Clock
from tests.fakes.locks import MemoryLocks
from tests.fakes.sage import Sage, Trouble
from tests.fakes.store import MemoryStore
from tests.fakes.system import System, check_ended, check_session

SESSION = "00000000-0000-4000-8000-000000000001"
MINUTE = 60


class Environments:
    """Two environments, whose clocks differ by `skew` seconds, over one table, one set of locks and one Sage."""

    def __init__(self, skew: float = 0) -> None:
        self.store = MemoryStore()
        self.clock, self.other_clock = Clock(), Clock(Clock().now + skew)
        self.sage = Sage(self.clock)
        locks = MemoryLocks(self.clock)
        self.one = System(self.store, self.clock, self.sage, locks=locks)
        self.other = System(self.store, self.other_clock, self.sage, locks=locks)

    def decide(self) -> None:
        """Let the customer confirm in the first environment."""
        self.sage.start(SESSION)
        self.one.notify(SESSION)
        ticket = self.one.open(SESSION)
        self.one.go_on(SESSION, ticket)
        self.one.confirm(SESSION, ticket)

    def wait(self, seconds: float) -> None:
        self.clock.now += seconds
        self.other_clock.now += seconds

    def check(self, state: State = State.DELIVERED) -> None:
        found = self.store.find(SESSION)
        assert found
        assert found.state is state
        check_session(found, self.sage, confirmed=True)
        check_ended(found)


@pytest.mark.parametrize("skew", [-5, 5])
@pytest.mark.parametrize("trouble", [None, Trouble.LOST_AFTER, Trouble.LOST_BEFORE, Trouble.UNAVAILABLE])
def test_an_environment_whose_clock_differs_by_five_seconds_delivers_once(skew: float, trouble: Trouble | None) -> None:
    environments = Environments(skew)
    environments.sage.down = trouble is None
    environments.sage.troubles = [trouble] * 8 if trouble else []
    environments.decide()
    environments.sage.down = False
    environments.sage.troubles.clear()
    environments.wait(MINUTE)
    environments.other.relay()
    environments.check()


@pytest.mark.parametrize("skew", [-5, 5])
def test_a_clock_that_differs_by_five_seconds_takes_no_lease_of_an_attempt_that_is_running(skew: float) -> None:
    environments = Environments(skew)
    tried: list[int] = []

    def on_call(_: str) -> None:
        if not tried:
            tried.append(environments.other.relay(seconds=16).tried)

    environments.sage.on_call = on_call
    environments.decide()
    assert tried == [0]
    assert len(environments.sage.heard) == 1
    environments.check()


def test_a_schedule_that_is_minutes_late_delivers_what_the_session_allows() -> None:
    environments = Environments()
    environments.sage.down = True
    environments.decide()
    environments.sage.down = False
    environments.wait(10 * MINUTE)
    environments.one.relay()
    environments.check()


def test_a_schedule_that_fires_twice_in_a_row_sends_nothing_twice() -> None:
    environments = Environments()
    environments.sage.down = True
    environments.decide()
    environments.sage.down = False
    environments.wait(MINUTE)
    environments.sage.heard.clear()
    environments.one.relay()
    environments.other.relay()
    assert len(environments.sage.heard) == 1
    environments.check()


def test_a_table_restored_to_a_time_before_the_delivery_delivers_again_and_learns_that_it_was_delivered() -> None:
    """The restored table has the outcome in its outbox. Banking Service answers 409, because it has the outcome."""
    environments = Environments()
    restored: list[dict[str, Item]] = []
    environments.sage.on_call = lambda _: restored.append(deepcopy(environments.store.items))
    environments.decide()
    environments.check()
    environments.store.items = restored[0]
    environments.wait(MINUTE)
    environments.one.relay()
    assert list(environments.sage.accepted) == [SESSION]
    environments.check()


def test_for_a_session_that_the_restored_table_lacks_nothing_is_sent() -> None:
    environments = Environments()
    environments.sage.down = True
    environments.decide()
    environments.sage.down = False
    environments.sage.heard.clear()
    environments.store.items = {}
    environments.wait(MINUTE)
    assert environments.one.relay().undelivered == 0
    assert environments.sage.heard == []
