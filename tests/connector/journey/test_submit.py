"""The customer's journey, step by step: the authenticator gets each answer once; its result is recorded once."""

from dataclasses import replace

import pytest

from connector.authenticators.port import Answers, Cancelled, Wait
from connector.journey.dialogue.visit import TicketHolder
from connector.journey.updates import claim, release
from connector.journey.views import DeniedOnce, Ended, Interrupted, Prompted, SentTo, Waiting
from connector.sage.api_response import ApiResponse
from connector.session.authorisation import Authorisation, Outcome, Refusal, State, TransitionRefusedError
from connector.session.transitions import DECIDE
from connector.session.update import Lease, Update
from tests import sample
from tests.connector.journey.conftest import Journey
from tests.fakes.authenticator import APPROVE, CODE, ENTER_CODE, FACTOR, PASSWORD, SIGN_IN, WRONG, Bank
from tests.fakes.banking_service import LOST, BankingService
from tests.fakes.store import MemoryStore


def test_continue_shows_the_banks_first_prompt(journey: Journey) -> None:
    view = journey.begin()

    assert isinstance(view, Prompted)
    assert view.ask.fields == SIGN_IN.fields
    assert view.attempts_left == 5
    assert view.authorisation.step == 1


def test_the_bank_gets_the_account_and_the_language_and_no_ticket(journey: Journey, bank: Bank) -> None:
    journey.begin()

    [visit] = bank.visits
    assert visit.authorisation_id == sample.ID
    assert visit.external_id == sample.EXTERNAL_ID
    assert visit.bank_id == sample.BANK_ID
    assert visit.locale == "fr"
    assert sample.TICKET not in repr(visit)


def test_a_right_answer_leads_to_the_next_step_and_the_last_one_to_success(journey: Journey) -> None:
    assert isinstance(password := journey.to_the_factor(), Prompted)
    assert password.ask == FACTOR
    assert isinstance(factor := journey.answer(factor="sms"), Prompted)
    assert factor.ask == ENTER_CODE
    assert isinstance(code := journey.answer(code=CODE), Ended)
    assert code.authorisation.outcome is Outcome.SUCCESS
    assert journey.sage.heard == [(sample.ID, "success")]
    assert journey.session.attempts == 0


def test_the_bank_gets_the_memory_of_its_last_result(journey: Journey, bank: Bank) -> None:
    journey.to_the_code()

    assert [visit.memory for visit in bank.visits] == ["", "j-1", "j-1"]


def test_after_a_wrong_answer_the_prompt_is_shown_again_and_an_attempt_is_counted(journey: Journey) -> None:
    journey.begin()

    view = journey.answer(user="anna", password="wrong")

    assert isinstance(view, Prompted)
    assert view.ask.error == WRONG
    assert view.attempts_left == 4
    assert view.typed == {"user": "anna"}


def test_after_too_many_wrong_answers_the_journey_fails_and_is_cancelled_at_the_bank(
    journey: Journey, bank: Bank
) -> None:
    journey.begin()
    for _ in range(4):
        assert isinstance(journey.answer(user="anna", password="wrong"), Prompted)

    view = journey.answer(user="anna", password="wrong")

    assert isinstance(view, Ended)
    assert view.authorisation.outcome is Outcome.FAILED
    assert view.authorisation.reason == "attempts"
    assert view.denied is not None
    assert bank.cancelled == ["j-1"]
    assert journey.sage.heard == []


def test_the_last_attempt_may_be_the_right_one(journey: Journey) -> None:
    journey.begin()
    for _ in range(4):
        journey.answer(user="anna", password="wrong")

    assert isinstance(journey.answer(user="anna", password=PASSWORD), Prompted)


def test_a_lowered_limit_ends_the_journey_though_another_tab_releases_its_claim_meanwhile(bank: Bank) -> None:
    class ReleasingStore(MemoryStore):
        claimed: Authorisation | None = None

        def apply(self, update: Update) -> Authorisation:
            if update.transition is DECIDE and self.claimed:
                super().apply(release(self.claimed, now=update.now))
            return super().apply(update)

    store = ReleasingStore()
    journey = Journey(bank, store=store)
    journey.begin()
    journey.answer(user="anna", password="wrong")
    lease = Lease.until_after(10, journey.clock())
    now, step = journey.clock(), journey.step
    store.claimed = store.apply(claim(sample.ID, journey.holder.proof, step=step, lease=lease, max_attempts=5, now=now))
    journey.max_attempts = 1

    assert isinstance(view := journey.answer(user="anna", password=PASSWORD), Ended)
    assert view.authorisation.reason == "attempts"


def test_a_lowered_limit_of_attempts_ends_the_journeys_above_it(journey: Journey, bank: Bank) -> None:
    journey.begin()
    journey.answer(user="anna", password="wrong")
    journey.max_attempts = 1

    view = journey.answer(user="anna", password=PASSWORD)

    assert isinstance(view, Ended)
    assert view.authorisation.reason == "attempts"
    assert len(bank.calls) == 2


@pytest.mark.parametrize("typed", [{"user": "anna"}, {"user": " ", "password": "x"}, {}])
def test_the_bank_does_not_get_a_blank_answer_and_no_attempt_is_counted(
    journey: Journey, bank: Bank, typed: dict[str, str]
) -> None:
    journey.begin()

    view = journey.answer(**typed)

    assert isinstance(view, Prompted)
    assert view.missing
    assert view.attempts_left == 5
    assert view.authorisation.step == 1
    assert len(bank.calls) == 1
    assert isinstance(journey.answer(user="anna", password=PASSWORD), Prompted)


def test_the_bank_does_not_get_a_choice_that_was_not_offered(journey: Journey, bank: Bank) -> None:
    journey.to_the_factor()

    view = journey.answer(factor="carrier pigeon")

    assert isinstance(view, Prompted)
    assert view.missing == {"factor"}
    assert len(bank.calls) == 2


def test_the_bank_gets_a_code_without_spaces_and_a_password_unchanged(journey: Journey, bank: Bank) -> None:
    journey.begin()
    journey.answer(user=" anna ", password=" a-b c ")
    journey.answer(user="anna", password=PASSWORD)
    journey.answer(factor="sms")
    journey.answer(code=" 246-810 ")

    assert bank.calls[1] == Answers({"user": "anna", "password": " a-b c "})
    assert bank.calls[-1] == Answers({"code": CODE})


def test_a_customer_who_holds_another_account_is_denied_and_nothing_is_reported(journey: Journey, bank: Bank) -> None:
    bank.holds = frozenset({"somebody-else's"})

    view = journey.to_the_end()

    assert isinstance(view, Ended)
    assert view.authorisation.outcome is Outcome.FAILED
    assert view.authorisation.reason == "wrong_owner"
    assert journey.sage.heard == []


@pytest.mark.parametrize("seconds", [0, 20 * 60], ids=["refused", "expired"])
def test_the_reason_of_a_failure_stays_where_banking_service_does_not_take_the_outcome(
    bank: Bank, seconds: int
) -> None:
    sage = BankingService(finally_=LOST if seconds else ApiResponse(400))
    journey = Journey(bank, sage=sage, failed_status="failed")
    bank.holds = frozenset({"somebody-else's"})
    journey.to_the_end()
    journey.clock.now += seconds

    assert isinstance(view := journey.refresh(), Ended)
    assert view.authorisation.reason == "wrong_owner"
    assert view.authorisation.delivery_reason == ("expired" if seconds else "HTTP 400")


def test_a_customer_with_several_accounts_may_hold_this_one_among_them(journey: Journey, bank: Bank) -> None:
    bank.holds = frozenset({"another", sample.EXTERNAL_ID})

    assert isinstance(view := journey.to_the_end(), Ended)
    assert view.authorisation.outcome is Outcome.SUCCESS


def test_the_banks_words_for_a_final_denial_are_shown_again_after_a_refresh(journey: Journey) -> None:
    journey.begin()

    view = journey.answer(user="locked", password="x")

    assert isinstance(view, Ended)
    assert view.authorisation.reason == "denied"
    assert view.denied is not None
    assert view.denied.text == "Your access is locked."
    assert journey.refresh() == view


def test_a_customer_who_is_denied_once_may_begin_again_and_an_attempt_is_counted(journey: Journey, bank: Bank) -> None:
    journey.begin()

    view = journey.answer(user="again", password="x")

    assert isinstance(view, DeniedOnce)
    assert view.denied.text == "That took too long."
    assert view.attempts_left == 4
    assert isinstance(again := journey.begin(), Prompted)
    assert again.ask.fields == SIGN_IN.fields
    assert bank.calls[-1] is None


def test_polling_changes_only_its_time_until_the_customer_approves(journey: Journey, bank: Bank) -> None:
    assert isinstance(view := journey.to_the_approval(), Waiting)
    assert view.wait == APPROVE
    before = journey.session

    assert isinstance(journey.refresh(), Waiting)
    assert journey.session == replace(before, polled_until=int(journey.clock()) + 1)
    bank.approved = True
    assert isinstance(ended := journey.refresh(), Ended)
    assert ended.authorisation.outcome is Outcome.SUCCESS


def test_an_approval_by_the_holder_of_another_account_is_denied(journey: Journey, bank: Bank) -> None:
    journey.to_the_approval()
    bank.approved, bank.holds = True, frozenset({"somebody-else's"})

    assert isinstance(view := journey.refresh(), Ended)
    assert view.authorisation.reason == "wrong_owner"
    assert journey.sage.heard == []


def test_the_url_of_another_site_is_shown_and_not_stored(journey: Journey) -> None:
    journey.begin()

    view = journey.answer(user="elsewhere", password="x")

    assert isinstance(view, SentTo)
    assert view.url == "https://bank.example/login"
    assert "bank.example" not in str(journey.store.items)


def test_a_cancellation_is_recorded_once_and_passed_on_to_the_bank(journey: Journey, bank: Bank) -> None:
    journey.to_the_code()

    assert isinstance(view := journey.cancel(), Ended)
    assert view.authorisation.outcome is Outcome.CANCELLED
    assert bank.cancelled == ["j-1"]
    assert isinstance(again := journey.answer(code=CODE), Ended)
    assert again.authorisation.outcome is Outcome.CANCELLED
    assert journey.sage.heard == []


def test_a_cancellation_is_recorded_while_the_bank_is_unavailable(journey: Journey, bank: Bank) -> None:
    journey.to_the_code()
    bank.fails = True

    assert isinstance(journey.cancel(), Ended)


def test_a_cancellation_on_another_site_is_recorded_as_the_customers(journey: Journey, bank: Bank) -> None:
    bank.instead = Cancelled()

    assert isinstance(view := journey.begin(), Ended)
    assert view.authorisation.outcome is Outcome.CANCELLED


def test_the_customer_tries_again_after_the_bank_failed_at_the_start(journey: Journey, bank: Bank) -> None:
    bank.fails = True
    assert isinstance(view := journey.begin(), Interrupted)
    assert view.do == "continue"
    bank.fails = False

    assert isinstance(journey.begin(), Prompted)


def test_the_customer_tries_again_after_the_bank_failed_at_an_answer_and_no_attempt_is_counted(
    journey: Journey, bank: Bank
) -> None:
    journey.to_the_code()
    bank.fails = True
    assert isinstance(view := journey.answer(code=CODE), Interrupted)
    assert view.do == "refresh"
    bank.fails = False

    assert isinstance(shown := journey.refresh(), Prompted)
    assert shown.ask == ENTER_CODE
    assert shown.attempts_left == 5
    assert isinstance(journey.answer(code=CODE), Ended)


def test_the_customer_tries_again_after_the_bank_failed_at_a_poll(journey: Journey, bank: Bank) -> None:
    journey.to_the_approval()
    bank.fails = True
    assert isinstance(view := journey.refresh(), Interrupted)
    assert view.do == "refresh"
    bank.fails, bank.approved = False, True

    assert isinstance(journey.refresh(), Ended)


def test_the_same_answer_has_the_same_key_and_another_answer_another_key(journey: Journey, bank: Bank) -> None:
    journey.to_the_code()
    bank.fails = True
    for code in (CODE, CODE, "135791"):
        journey.answer(code=code)

    keys = [visit.key for visit in bank.visits]
    assert keys[3] == keys[4]
    assert len(set(keys)) == len(keys) - 1
    assert CODE not in "".join(keys)


def test_no_answer_of_a_customer_is_stored(journey: Journey) -> None:
    journey.to_the_factor()
    journey.answer(factor="sms")
    journey.answer(code="99999999")
    journey.answer(code=CODE)

    stored = str(journey.store.items)
    for typed in ("anna", PASSWORD, "99999999", CODE, sample.TICKET):
        assert typed not in stored


def test_an_expired_session_refuses_everything(journey: Journey, bank: Bank) -> None:
    journey.to_the_code()
    journey.clock.now += 20 * 60

    for do in (journey.begin, journey.refresh, journey.cancel, lambda: journey.answer(code=CODE)):
        with pytest.raises(TransitionRefusedError) as caught:
            do()
        assert caught.value.reason is Refusal.EXPIRED
    assert len(bank.calls) == 3


def test_a_session_that_expires_while_the_bank_answers_is_not_decided(journey: Journey, bank: Bank) -> None:
    journey.to_the_code()

    def slow() -> None:
        journey.clock.now += 20 * 60

    bank.on_call = slow

    with pytest.raises(TransitionRefusedError) as caught:
        journey.answer(code=CODE)
    assert caught.value.reason is Refusal.EXPIRED
    assert journey.session.state is State.OPENED
    assert journey.sage.heard == []


@pytest.mark.parametrize(
    "holder", [TicketHolder(sample.ID, "guessed"), TicketHolder("11111111-1111-1111-1111-111111111111", "x")]
)
def test_without_the_ticket_nothing_changes_and_nothing_is_shown(
    journey: Journey, bank: Bank, holder: TicketHolder
) -> None:
    journey.to_the_code()
    before, journey.holder = journey.session, holder

    for do in (journey.begin, journey.refresh, journey.cancel, lambda: journey.answer(code=CODE)):
        with pytest.raises(TransitionRefusedError) as caught:
            do()
        assert caught.value.reason in {Refusal.NOT_MATCHING, Refusal.UNKNOWN}
    assert journey.session == before
    assert len(bank.calls) == 3


def test_a_memory_that_changes_during_a_wait_is_stored(journey: Journey, bank: Bank) -> None:
    journey.to_the_approval()
    bank.instead = Wait(seconds=3, memory="j-2")

    assert isinstance(journey.refresh(), Waiting)
    assert journey.session.memory == "j-2"
