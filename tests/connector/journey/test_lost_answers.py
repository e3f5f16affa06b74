"""A backend judges an answer and its result is lost: the customer gets no more guesses than MaxAttempts."""

from dataclasses import dataclass, field

from hypothesis import given, settings
from hypothesis import strategies as st

from connector.authenticators.port import (
    Answer,
    Answers,
    Ask,
    Authenticator,
    AuthenticatorResult,
    AuthenticatorUnavailableError,
    Granted,
    Visit,
)
from connector.journey.views import Ended, Interrupted, Prompted
from connector.session.authorisation import Outcome
from tests import sample
from tests.connector.journey.conftest import Journey
from tests.fakes.authenticator import CODE, ENTER_CODE, Bank

MAX_ATTEMPTS = 5
MOVES = ["answer", "answer", "answer", "refresh", "begin"]


@dataclass
class Judge(Authenticator):
    """Judges each key once, as docs/authenticator-api.yaml demands; its result may be lost."""

    lost: bool = False
    judged: dict[str, str] = field(default_factory=dict)
    """The guesses, by idempotency key."""

    def begin(self, visit: Visit) -> AuthenticatorResult:
        self._lose()
        return Ask(fields=ENTER_CODE.fields, memory=visit.key)

    def resume(self, visit: Visit, answer: Answer) -> AuthenticatorResult:
        assert isinstance(answer, Answers)
        self.judged[visit.key] = answer.by_name["code"]
        self._lose()
        if answer.by_name["code"] == CODE:
            return Granted(frozenset({sample.EXTERNAL_ID}))
        return Ask(fields=ENTER_CODE.fields, error="Not this one.")

    def _lose(self) -> None:
        if self.lost:
            raise AuthenticatorUnavailableError("the answer is lost")


@settings(deadline=None)
@given(
    st.lists(
        st.tuples(
            st.sampled_from(["answer", "answer", "answer", "refresh", "begin"]), st.integers(0, 30), st.booleans()
        ),
        min_size=8,
        max_size=30,
    )
)
def test_whatever_is_lost_no_more_guesses_are_judged_than_attempts_allow(moves: list[tuple[str, int, bool]]) -> None:
    judge = Judge()
    journey = Journey(judge, max_attempts=MAX_ATTEMPTS)
    journey.begin()

    for move, guess, judge.lost in moves:
        if journey.session.outcome is None:
            journey.step = journey.session.step
            _do(journey, move, guess)

    assert len(judge.judged) <= MAX_ATTEMPTS


def _do(journey: Journey, move: str, guess: int) -> None:
    match move:
        case "answer":
            journey.answer(code=f"{guess:06}")
        case "begin":
            journey.begin()
        case _:
            journey.refresh()


def test_guesses_whose_results_are_all_lost_end_the_journey_when_the_attempts_are_used() -> None:
    judge = Judge()
    journey = Journey(judge, max_attempts=MAX_ATTEMPTS)
    journey.begin()
    judge.lost = True

    for guess in range(MAX_ATTEMPTS):
        assert isinstance(journey.answer(code=f"{guess:06}"), Interrupted)
        assert isinstance(journey.refresh(), Prompted)
    view = journey.answer(code=CODE)

    assert isinstance(view, Ended)
    assert (journey.session.outcome, journey.session.reason) == (Outcome.FAILED, "attempts")
    assert len(judge.judged) == MAX_ATTEMPTS


def test_the_same_answer_again_costs_no_attempt_and_is_judged_once() -> None:
    judge = Judge()
    journey = Journey(judge, max_attempts=MAX_ATTEMPTS)
    journey.begin()
    judge.lost = True
    for _ in range(2 * MAX_ATTEMPTS):
        assert isinstance(journey.answer(code=CODE), Interrupted)
    judge.lost = False

    view = journey.answer(code=CODE)

    assert isinstance(view, Ended)
    assert journey.session.outcome is Outcome.SUCCESS
    assert (journey.session.attempts, len(judge.judged)) == (0, 1)


def test_another_answer_counts_the_lost_one_and_shows_how_many_attempts_are_left() -> None:
    judge = Judge()
    journey = Journey(judge, max_attempts=MAX_ATTEMPTS)
    journey.begin()
    judge.lost = True
    journey.answer(code="000000")
    judge.lost = False

    view = journey.answer(code="000001")

    assert isinstance(view, Prompted)
    assert view.attempts_left == MAX_ATTEMPTS - 2
    assert journey.session.unheard is None


def test_a_lost_poll_counts_nothing(bank: Bank) -> None:
    journey = Journey(bank)
    journey.to_the_approval()
    bank.fails = True
    for _ in range(MAX_ATTEMPTS + 1):
        journey.refresh()
        journey.clock.now += 1
    bank.fails, bank.approved = False, True

    assert isinstance(journey.refresh(), Ended)
    assert journey.session.attempts == 0
