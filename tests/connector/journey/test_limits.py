"""The limits of a journey: what a ticket's holder can repeat at will costs nothing, and ends."""

from datetime import timedelta

import pytest

from connector.authenticators.port import Answers, StillWaiting, Wait
from connector.aws.items import serialise
from connector.journey.updates import POLL_BURST, poll
from connector.journey.views import Ended, Interrupted, Prompted, Waiting
from connector.session.authorisation import Outcome, Refusal, State, TransitionRefusedError
from connector.session.conditions import LONGEST_JOURNEY
from tests import sample
from tests.connector.journey.conftest import Journey
from tests.fakes.authenticator import APPROVE, CODE, PASSWORD, Bank

LARGEST_ITEM = 400 * 1024
"""Bytes (DynamoDB quota)."""


def item_size(journey: Journey) -> int:
    """Return about how many bytes the item has: its JSON for the wire is longer."""
    return len(str({name: serialise(value) for name, value in journey.store.items[sample.ID].items()}).encode())


@pytest.mark.parametrize("typed", [{}, {"user": "anna", "password": ""}, {"user": " ", "password": "x"}])
def test_a_blank_submission_writes_nothing(journey: Journey, bank: Bank, typed: dict[str, str]) -> None:
    journey.begin()
    before = dict(journey.store.items[sample.ID])

    for _ in range(100):
        view = journey.answer(**typed)

    assert isinstance(view, Prompted)
    assert view.missing
    assert journey.store.items[sample.ID] == before
    assert bank.calls == [None]


def test_a_blank_submission_of_a_stranger_learns_nothing_of_the_session(journey: Journey) -> None:
    journey.begin()
    stranger = type(journey.holder)(sample.ID, "guessed")

    with pytest.raises(TransitionRefusedError) as refused:
        journey.complete.answer(stranger, 1, {}, client=None)  # type: ignore[arg-type]  # it is not read
    assert refused.value.reason is Refusal.NOT_MATCHING


def test_a_blank_submission_after_the_end_shows_the_end(journey: Journey) -> None:
    journey.to_the_end()

    assert isinstance(journey.answer(), Ended)


def test_a_password_of_blanks_is_an_answer(journey: Journey, bank: Bank) -> None:
    journey.begin()

    journey.answer(user="anna", password="   ")

    assert isinstance(bank.calls[-1], Answers)


def test_a_session_whose_customer_submits_thousands_of_times_still_ends_and_is_delivered(
    journey: Journey, bank: Bank
) -> None:
    """The authenticator is unavailable, so no submission costs an attempt."""
    journey.to_the_code()
    bank.fails = True
    for _ in range(5000):
        if not isinstance(journey.answer(code="1"), Interrupted):
            break
    bank.fails = False

    assert len(journey.session.history) <= LONGEST_JOURNEY + 4
    assert item_size(journey) < LARGEST_ITEM / 4
    assert journey.session.state is State.DECIDED
    assert (journey.session.outcome, journey.session.reason) == (Outcome.FAILED, "attempts")


def test_a_wait_whose_text_changes_at_each_poll_is_one_entry_of_the_history(journey: Journey, bank: Bank) -> None:
    journey.to_the_approval()
    before = len(journey.session.history)
    for second in range(2000):
        bank.instead = Wait(seconds=1, text=f"{second}" + "x" * 500)
        journey.clock.now += 0.5
        assert isinstance(journey.refresh(), Waiting)

    assert len(journey.session.history) == before
    bank.instead, bank.approved = None, True
    journey.clock.now += 1
    assert isinstance(journey.refresh(), Ended)
    assert journey.sage.heard == [(sample.ID, "success")]


def test_the_authenticator_gets_one_poll_a_second_however_often_a_page_is_refreshed(
    journey: Journey, bank: Bank
) -> None:
    journey.to_the_approval()
    seconds = timedelta(seconds=10)
    for _ in range(100):
        view = journey.refresh()
        assert isinstance(view, Waiting)
        assert view.wait == APPROVE
        journey.clock.now += seconds.total_seconds() / 100

    assert bank.calls.count(StillWaiting()) == seconds.total_seconds() + POLL_BURST - 1


def test_polls_at_the_same_time_are_counted_one_by_one(journey: Journey) -> None:
    """Two requests read the session before either writes: the second one shows the page as it is."""
    journey.to_the_approval()
    now = journey.clock()
    first, second = (poll(journey.session, journey.holder.proof, now=now) for _ in range(2))
    assert first
    assert second

    journey.store.apply(first)
    with pytest.raises(TransitionRefusedError) as refused:
        journey.store.apply(second)
    assert refused.value.reason is Refusal.BUSY


def test_continue_on_a_prompt_shows_the_prompt_and_does_not_begin_again(journey: Journey, bank: Bank) -> None:
    journey.begin()
    before = journey.session

    for _ in range(40):
        assert isinstance(journey.begin(), Prompted)

    assert journey.session == before
    assert bank.calls == [None]


def test_continue_while_the_customer_waits_does_not_begin_again(journey: Journey, bank: Bank) -> None:
    journey.to_the_approval()
    calls = len(bank.calls)

    assert isinstance(journey.begin(), Waiting)
    assert len(bank.calls) == calls


def test_a_journey_begins_ten_times_at_most(journey: Journey, bank: Bank) -> None:
    """The bank fails at each begin, perhaps after it has sent the customer a message."""
    bank.fails = True
    for _ in range(10):
        assert isinstance(journey.begin(), Interrupted)

    with pytest.raises(TransitionRefusedError) as refused:
        journey.begin()
    assert refused.value.reason is Refusal.NO_BEGINS_LEFT
    assert bank.calls == [None] * 10


def test_a_begin_that_the_account_s_limit_refuses_reaches_no_bank_and_may_be_repeated_later(
    journey: Journey, bank: Bank
) -> None:
    accounts = list[str]()

    def refuse(account: str) -> bool:
        accounts.append(account)
        return False

    journey.admit_begin = refuse

    with pytest.raises(TransitionRefusedError) as refused:
        journey.begin()
    assert refused.value.reason is Refusal.NO_BEGINS_LEFT
    assert (accounts, bank.calls) == ([sample.EXTERNAL_ID], [])
    journey.admit_begin = lambda _: True
    assert isinstance(journey.begin(), Prompted)


def test_the_limits_do_not_touch_a_usual_journey(journey: Journey) -> None:
    journey.begin()
    journey.answer(user="anna", password="wrong")
    journey.answer(user="again", password="x")
    journey.begin()
    journey.answer(user="anna", password=PASSWORD)
    journey.answer(factor="sms")

    assert isinstance(journey.answer(code=CODE), Ended)
    assert journey.session.begins == 2
