"""Submitted twice, out of order, after Back or Refresh, from two tabs, or after a crash: the current step, once."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, Event

import pytest

from connector.journey.views import Checking, Ended, Interrupted, Prompted, SentTo, View
from connector.session.authorisation import Authorisation, Outcome, State
from connector.session.update import Update
from tests import sample
from tests.connector.journey.conftest import CLIENT, Journey
from tests.fakes.authenticator import CODE, FACTOR, PASSWORD, Bank
from tests.fakes.store import MemoryStore


def tab_of(journey: Journey) -> Journey:
    """Open the same page in a second tab."""
    tab = object.__new__(Journey)
    tab.__dict__.update(journey.__dict__)
    return tab


def test_an_answer_that_is_submitted_again_shows_the_step_that_came_of_it(journey: Journey, bank: Bank) -> None:
    journey.begin()
    refreshed = tab_of(journey)
    first = journey.answer(user="anna", password=PASSWORD)

    again = refreshed.answer(user="anna", password=PASSWORD)

    assert again == first
    assert len(bank.calls) == 2


def test_a_wrong_answer_that_is_submitted_again_costs_no_second_attempt(journey: Journey, bank: Bank) -> None:
    journey.begin()
    refreshed = tab_of(journey)
    journey.answer(user="anna", password="wrong")

    again = refreshed.answer(user="anna", password="wrong")

    assert isinstance(again, Prompted)
    assert again.attempts_left == 4
    assert len(bank.calls) == 2


def test_the_bank_does_not_get_an_answer_from_an_old_page(journey: Journey, bank: Bank) -> None:
    journey.begin()
    old = tab_of(journey)
    journey.answer(user="anna", password=PASSWORD)

    view = old.answer(user="anna", password="another")

    assert isinstance(view, Prompted)
    assert view.ask == FACTOR
    assert len(bank.calls) == 2


def test_continue_that_is_pressed_again_begins_nothing_new(journey: Journey, bank: Bank) -> None:
    start = tab_of(journey)
    first = journey.begin()

    assert start.begin() == first
    assert len(bank.calls) == 1


def test_an_answer_to_a_step_that_is_yet_to_come_shows_the_current_one(journey: Journey, bank: Bank) -> None:
    journey.begin()
    ahead = tab_of(journey)
    ahead.step = 7

    view = ahead.answer(code=CODE)

    assert isinstance(view, Prompted)
    assert view.authorisation.step == 1
    assert len(bank.calls) == 1


def test_an_answer_before_continue_lets_the_customer_begin(journey: Journey, bank: Bank) -> None:
    view = journey.answer(code=CODE)

    assert isinstance(view, Interrupted)
    assert view.do == "continue"
    assert bank.calls == []
    assert isinstance(journey.begin(), Prompted)


def test_an_answer_to_a_wait_changes_nothing(journey: Journey) -> None:
    waiting = journey.to_the_approval()

    assert type(journey.answer(code=CODE)) is type(waiting)
    assert journey.session.step == waiting.authorisation.step


def test_every_submission_after_the_end_shows_the_recorded_outcome_and_reports_nothing_more(
    journey: Journey,
) -> None:
    journey.to_the_code()
    old = tab_of(journey)
    end = journey.answer(code=CODE)

    for view in (journey.begin(), journey.refresh(), journey.cancel(), old.answer(code=CODE), old.answer(code="0")):
        assert isinstance(view, Ended)
        assert view.authorisation.outcome is Outcome.SUCCESS
    assert end.authorisation.state is State.DELIVERED
    assert journey.sage.heard == [(sample.ID, "success")]


def test_after_a_double_click_the_bank_gets_one_answer_and_the_second_page_is_checking(
    journey: Journey, bank: Bank
) -> None:
    journey.to_the_code()
    second = tab_of(journey)
    entered, leave = Event(), Event()

    def slowly() -> None:
        entered.set()
        leave.wait(10)

    bank.on_call = slowly
    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(journey.answer, code=CODE)
        entered.wait(10)
        meanwhile = second.answer(code=CODE)
        looked = second.refresh()
        leave.set()

        assert isinstance(meanwhile, Checking)
        assert isinstance(looked, Checking)
        assert isinstance(first.result(), Ended)
    assert len(bank.calls) == 4
    assert isinstance(second.refresh(), Ended)


def test_of_many_tabs_that_answer_at_once_the_bank_gets_one_answer(journey: Journey, bank: Bank) -> None:
    journey.to_the_code()
    together = Barrier(32)

    def answer(tab: Journey) -> View:
        together.wait()
        return tab.answer(code="000000")

    with ThreadPoolExecutor(32) as pool:
        list(pool.map(answer, [tab_of(journey) for _ in range(32)]))

    assert journey.session.attempts == 1
    assert len(bank.calls) == 4


def test_a_cancellation_during_the_check_of_an_answer_is_the_outcome(journey: Journey, bank: Bank) -> None:
    journey.to_the_code()
    other = tab_of(journey)

    def cancel() -> None:
        other.cancel()

    bank.on_call = cancel

    view = journey.answer(code=CODE)

    assert isinstance(view, Ended)
    assert view.authorisation.outcome is Outcome.CANCELLED
    assert journey.sage.heard == []


def test_two_tabs_that_wait_for_one_approval_report_once(journey: Journey, bank: Bank) -> None:
    journey.to_the_approval()
    other = tab_of(journey)
    bank.approved = True

    assert isinstance(journey.refresh(), Ended)
    assert isinstance(other.refresh(), Ended)
    assert journey.sage.heard == [(sample.ID, "success")]


class Callback:
    """A customer who was sent to another site, and the query with which their browser comes back."""

    def __init__(self, journey: Journey, bank: Bank) -> None:
        self.journey, self.bank = journey, bank
        journey.begin()
        journey.answer(user="elsewhere", password="x")
        self.callback_state = bank.visits[-1].callback_state

    def come_back(self) -> tuple[View, str]:
        return self.journey.complete.come_back({"state": self.callback_state, "code": "c"}, CLIENT)


@pytest.fixture
def callback(journey: Journey, bank: Bank) -> Callback:
    return Callback(journey, bank)


def test_a_callback_ends_the_journey_and_a_second_one_shows_how(callback: Callback) -> None:
    view, _ = callback.come_back()
    again, _ = callback.come_back()

    assert isinstance(view, Ended)
    assert isinstance(again, Ended)
    assert again.authorisation.outcome is Outcome.SUCCESS
    assert callback.journey.sage.heard == [(sample.ID, "success")]


def test_a_callback_that_fails_brings_the_customers_ticket_with_it(callback: Callback) -> None:
    callback.bank.fails = True

    view, ticket = callback.come_back()

    assert isinstance(view, Interrupted)
    assert view.do == "continue"
    assert ticket == sample.TICKET


def test_neither_the_table_alone_nor_the_url_alone_contains_the_ticket(callback: Callback) -> None:
    stored = str(callback.journey.store.items)

    assert sample.TICKET not in stored
    assert sample.TICKET not in callback.callback_state
    assert callback.callback_state.rpartition(".")[2] not in stored


def test_after_the_end_no_ticket_is_kept(callback: Callback) -> None:
    callback.come_back()

    assert callback.journey.session.callback_ticket is None


def test_a_customer_who_returns_without_a_callback_may_go_to_the_other_site_again(callback: Callback) -> None:
    view = callback.journey.refresh()

    assert isinstance(view, SentTo)
    assert view.url is None
    assert isinstance(callback.journey.begin(), Prompted)


class Crash(BaseException):
    """The process ends, as a Lambda function does that ran out of time."""


class Crashing(MemoryStore):
    """A store whose process ends before or after the nth write from now."""

    def __init__(self, items: MemoryStore, at: int, *, after: bool) -> None:
        super().__init__()
        self.items = items.items
        self._left, self._after = at, after

    def apply(self, update: Update) -> Authorisation:
        self._left -= 1
        if self._left == 0 and not self._after:
            raise Crash
        applied = super().apply(update)
        if self._left == 0:
            raise Crash
        return applied


def after_crash(journey: Journey) -> View:
    """Do what a customer does whose page broke: wait, refresh, and answer the prompts."""
    journey.clock.now += 60
    view = journey.refresh()
    if isinstance(view, Interrupted):
        view = journey.begin()
    if isinstance(view, Prompted) and view.ask.fields[0].name == "user":
        view = journey.answer(user="anna", password=PASSWORD)
    if isinstance(view, Prompted) and view.ask.fields[0].name == "factor":
        view = journey.answer(factor="sms")
    if isinstance(view, Prompted):
        view = journey.answer(code=CODE)
    return view


STEPS: dict[str, tuple[Callable[[Journey], object], Callable[[Journey], object]]] = {
    "continue": (lambda _: None, lambda journey: journey.begin()),
    "password": (lambda journey: journey.begin(), lambda journey: journey.answer(user="anna", password=PASSWORD)),
    "code": (lambda journey: journey.to_the_code(), lambda journey: journey.answer(code=CODE)),
}


@pytest.mark.parametrize(
    ("step", "write"),
    [("continue", 1), ("continue", 2), ("password", 1), ("password", 2), ("code", 1), ("code", 2), ("code", 3)],
)
@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
def test_after_a_crash_beside_any_write_the_customer_gets_through_and_no_attempt_was_counted(
    journey: Journey, step: str, write: int, *, after: bool
) -> None:
    prepare, act = STEPS[step]
    prepare(journey)
    whole = journey.store
    journey.store = Crashing(whole, write, after=after)
    with pytest.raises(Crash):
        act(journey)
    journey.store = whole
    view = after_crash(journey)

    assert isinstance(view, Ended)
    assert view.authorisation.outcome is Outcome.SUCCESS
    assert not view.authorisation.undelivered
    assert journey.session.attempts == 0
    assert set(journey.sage.heard) == {(sample.ID, "success")}


@pytest.mark.parametrize("step", STEPS)
def test_after_a_crash_during_a_call_to_the_bank_the_customer_goes_on_once_the_claim_has_ended(
    journey: Journey, bank: Bank, step: str
) -> None:
    prepare, act = STEPS[step]
    prepare(journey)

    def crash() -> None:
        raise Crash

    bank.on_call = crash
    with pytest.raises(Crash):
        act(journey)
    bank.on_call = lambda: None
    assert isinstance(journey.refresh(), Checking)

    assert isinstance(view := after_crash(journey), Ended)
    assert view.authorisation.outcome is Outcome.SUCCESS
    assert journey.sage.heard == [(sample.ID, "success")]
