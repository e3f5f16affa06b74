"""Telling Banking Service: what each answer leads to, and what a waiting customer gets."""

import pytest

from connector.aws.errors import ServiceUnavailableError
from connector.delivery import updates
from connector.delivery.deliver import Delivery
from connector.sage.provider_api import ApiResponse, NotSentError
from connector.session.authorisation import Authorisation, Outcome, State
from connector.session.updates import Update
from tests import sample
from tests.fakes.banking_service import ACKNOWLEDGED, LOST, NO_CONNECTION, BankingService
from tests.fakes.clock import Clock
from tests.fakes.store import MemoryStore

PATIENCE = 8.0


class Desk:
    """A session whose outcome is owed, and who delivers it."""

    def __init__(self, *answers: ApiResponse | NotSentError, finally_: ApiResponse = ACKNOWLEDGED) -> None:
        self.clock = Clock()
        self.store = MemoryStore()
        self.banking_service = BankingService(*answers, finally_=finally_)
        self.counted: list[str] = []
        self.left = float("inf")
        self.delivery = Delivery(
            self.store,
            self.banking_service,
            self.clock,
            self.clock.pause,
            lambda _, most: most,
            time_left=lambda: self.left,
            count=self.counted.append,
        )
        self.store.apply(sample.notify(self.clock()))
        self.store.apply(sample.open_session(self.clock()))

    def decide(self) -> Authorisation:
        return self.store.apply(sample.decide(self.clock(), lease=self.delivery.new_lease()))

    def deliver(self, authenticator_seconds: float = PATIENCE) -> Authorisation:
        return self.delivery.deliver(self.decide(), self.clock() + authenticator_seconds)

    def settle(self, authenticator_seconds: float = PATIENCE) -> Authorisation:
        found = self.store.find(sample.ID)
        assert found
        return self.delivery.settle(found, self.clock() + authenticator_seconds)

    @property
    def times_told(self) -> int:
        return len(self.banking_service.heard)


@pytest.mark.parametrize("status", [200, 201, 202, 204])
def test_an_acknowledged_outcome_is_delivered(status: int) -> None:
    desk = Desk(ApiResponse(status))
    assert desk.deliver().state is State.DELIVERED
    assert desk.banking_service.heard == [(sample.ID, "success")]
    assert desk.counted == ["OutcomeDelivered"]


@pytest.mark.parametrize("status", [400, 404, 409, 410, 422])
def test_an_outcome_that_is_refused_is_recorded_as_such_with_the_reason(status: int) -> None:
    desk = Desk(ApiResponse(status))
    session = desk.deliver()
    assert (session.state, session.delivery_reason) == (State.REJECTED, f"HTTP {status}")
    assert desk.times_told == 1
    assert desk.counted == ["OutcomeRejected"]


@pytest.mark.parametrize(
    "trouble",
    [
        ApiResponse(401),
        ApiResponse(403),
        ApiResponse(408),
        ApiResponse(425),
        ApiResponse(429),
        ApiResponse(500),
        ApiResponse(503),
        ApiResponse(302),
        LOST,
    ],
)
def test_a_passing_trouble_is_outwaited_while_the_customer_waits(trouble: ApiResponse) -> None:
    desk = Desk(trouble, trouble)
    assert desk.deliver().state is State.DELIVERED
    assert desk.clock.pauses == [1.0, 2.0]


def test_a_trouble_that_lasts_is_left_to_a_later_attempt_and_the_lease_given_back() -> None:
    desk = Desk(finally_=ApiResponse(503))
    session = desk.deliver()
    assert session.undelivered
    assert session.lease is None
    assert session.delivery_due
    assert session.delivery_due > desk.clock()
    assert session.history[-1]["reason"] == "HTTP 503"
    assert desk.counted == ["DeliveryPostponed"]


@pytest.mark.parametrize("uncertain", [LOST, ApiResponse(500), ApiResponse(504), ApiResponse(408)])
def test_a_conflict_after_an_attempt_that_may_have_arrived_counts_as_delivered(uncertain: ApiResponse) -> None:
    desk = Desk(uncertain, ApiResponse(409))
    session = desk.deliver()
    assert session.state is State.DELIVERED
    assert session.history[-1]["how"] == "conflict after an attempt in doubt"


@pytest.mark.parametrize(
    "clear",
    [
        NO_CONNECTION,
        ApiResponse(401),
        ApiResponse(403),
        ApiResponse(429),
        ApiResponse(301),
        NotSentError("none"),
    ],
)
def test_a_conflict_after_attempts_that_cannot_have_arrived_is_a_refusal(
    clear: ApiResponse | NotSentError,
) -> None:
    assert Desk(clear, ApiResponse(409)).deliver().state is State.REJECTED


def test_doubt_is_remembered_from_one_request_to_the_next() -> None:
    desk = Desk(LOST, ApiResponse(409))
    assert desk.deliver(authenticator_seconds=0).undelivered
    desk.clock.now += 60
    assert desk.settle().state is State.DELIVERED


def test_doubt_that_was_cleared_up_is_not_remembered() -> None:
    desk = Desk(NO_CONNECTION, ApiResponse(409))
    assert desk.deliver(authenticator_seconds=0).undelivered
    desk.clock.now += 60
    assert desk.settle().state is State.REJECTED


def test_an_attempt_of_which_nothing_was_written_leaves_its_doubt() -> None:
    desk = Desk(ApiResponse(409))
    desk.decide()  # and the function is killed, before or after it told Banking Service
    desk.clock.now += Delivery.LEASE_SECONDS + 1
    assert desk.settle().state is State.DELIVERED


def test_shortly_before_the_end_a_conflict_may_also_mean_too_late_and_is_not_called_success() -> None:
    desk = Desk(LOST, ApiResponse(409))
    desk.deliver(authenticator_seconds=0)
    found = desk.store.find(sample.ID)
    assert found
    desk.clock.now = found.expires_at - 20
    assert desk.settle().state is State.REJECTED


def test_retry_after_is_respected_by_a_page_that_looks_again() -> None:
    desk = Desk(ApiResponse(429, retry_after=40))
    assert desk.deliver().undelivered
    desk.clock.now += 39
    assert desk.settle().undelivered
    assert desk.times_told == 1
    desk.clock.now += 1
    assert desk.settle().state is State.DELIVERED


def test_however_long_retry_after_is_there_is_one_more_attempt_before_the_end() -> None:
    desk = Desk(ApiResponse(503, retry_after=86_400))
    session = desk.deliver()
    assert session.delivery_due == session.expires_at - Delivery.LAST_CHANCE_SECONDS
    desk.clock.now = session.delivery_due
    assert desk.settle().state is State.DELIVERED


def test_how_long_sage_id_asks_us_to_wait_counts_as_well() -> None:
    desk = Desk(NotSentError("Sage ID answered 429", retry_after=45))
    session = desk.deliver()
    assert session.delivery_due == desk.clock() + 45
    assert session.uncertain_attempts == 0


def test_pauses_grow_from_request_to_request_up_to_half_a_minute() -> None:
    desk = Desk(finally_=NO_CONNECTION)
    desk.deliver(authenticator_seconds=0)
    waited = []
    for _ in range(8):
        session = desk.store.find(sample.ID)
        assert session
        assert session.delivery_due
        waited.append(session.delivery_due - desk.clock())
        desk.clock.now = session.delivery_due
        desk.settle(authenticator_seconds=0)
    assert waited == [1, 2, 4, 8, 16, 30, 30, 30]


def test_jitter_is_full_so_that_many_who_failed_together_do_not_return_together() -> None:
    prompt = []

    def spread(least: float, most: float) -> float:
        prompt.append((least, most))
        return least

    desk = Desk(ApiResponse(503), ApiResponse(503))
    Delivery(desk.store, desk.banking_service, desk.clock, desk.clock.pause, spread).deliver(
        desk.decide(), desk.clock() + PATIENCE
    )
    assert prompt == [(0, 1.0), (0, 2.0)]


def test_nobody_tells_while_somebody_else_has_the_lease() -> None:
    desk = Desk()
    desk.decide()
    assert desk.settle().undelivered
    assert desk.times_told == 0


def test_who_comes_late_with_his_own_answer_changes_nothing_that_another_recorded() -> None:
    desk = Desk(ApiResponse(404))
    slow = desk.decide()
    desk.clock.now += Delivery.LEASE_SECONDS + 1
    taken = desk.store.apply(updates.take_lease(sample.ID, desk.delivery.new_lease(), now=desk.clock()))
    session = desk.delivery.deliver(slow, desk.clock())
    assert session.state is State.DECIDED
    assert session.lease == taken.lease


def test_what_was_told_is_recorded_by_whoever_told_it_even_without_the_lease() -> None:
    desk = Desk()
    slow = desk.decide()
    desk.clock.now += Delivery.LEASE_SECONDS + 1
    desk.store.apply(updates.take_lease(sample.ID, desk.delivery.new_lease(), now=desk.clock()))
    assert desk.delivery.deliver(slow, desk.clock()).state is State.DELIVERED


def test_after_the_session_s_end_nothing_is_told_and_that_is_recorded() -> None:
    desk = Desk(finally_=NO_CONNECTION)
    session = desk.deliver()
    desk.clock.now = session.expires_at
    told = desk.times_told
    expired = desk.settle()
    assert (expired.state, expired.delivery_reason) == (State.EXPIRED, "expired")
    assert desk.times_told == told
    assert desk.counted[-1] == "OutcomeExpired"


def test_an_attempt_fits_into_the_time_that_lambda_leaves() -> None:
    desk = Desk()
    desk.left = 7.0
    desk.deliver()
    assert desk.banking_service.timeouts == [3.0]


def test_no_attempt_begins_when_lambda_leaves_no_time_for_it() -> None:
    desk = Desk()
    desk.left = 4.5
    session = desk.deliver()
    assert (session.undelivered, session.uncertain_attempts, desk.times_told) == (True, 0, 0)


def test_nobody_waits_longer_for_another_attempt_than_lambda_leaves_time() -> None:
    desk = Desk(ApiResponse(503))
    desk.left = 5.5
    assert desk.deliver().undelivered
    assert desk.clock.pauses == []


def test_an_outcome_that_was_not_sent_stays_undelivered_and_is_no_uncertain_attempt() -> None:
    session = Desk(NotSentError("the credentials secret has no value yet")).deliver(authenticator_seconds=0)
    assert (session.undelivered, session.uncertain_attempts) == (True, 0)


class FailingStore(MemoryStore):
    """A store whose writes fail from now on."""

    fails = False

    def apply(self, update: Update) -> Authorisation:
        if self.fails:
            raise ServiceUnavailableError("DynamoDB: InternalServerError")
        return super().apply(update)


def test_a_customer_whose_outcome_is_recorded_is_never_shown_an_error_because_the_table_fails() -> None:
    desk = Desk()
    store = desk.store = FailingStore()
    store.apply(sample.notify(desk.clock()))
    store.apply(sample.open_session(desk.clock()))
    desk.delivery = Delivery(store, desk.banking_service, desk.clock, desk.clock.pause)
    desk.banking_service.on_call = lambda: setattr(store, "fails", True)

    assert desk.deliver().undelivered  # it was told, and could not be written
    desk.clock.now += 60
    assert desk.settle().undelivered
    store.fails = False
    desk.banking_service = BankingService(ApiResponse(409))
    desk.delivery = Delivery(store, desk.banking_service, desk.clock, desk.clock.pause)
    assert desk.settle().state is State.DELIVERED


def test_an_outcome_that_is_not_reported_is_never_told() -> None:
    desk = Desk()
    session = desk.store.apply(sample.decide(desk.clock(), Outcome.CANCELLED, status=""))
    assert desk.delivery.settle(session, desk.clock()) == session
    assert desk.times_told == 0
