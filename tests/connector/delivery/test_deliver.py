"""Delivery: what follows from each answer to the PATCH, and how long a customer waits."""

import pytest

from connector.aws.errors import ServiceUnavailableError
from connector.delivery import updates
from connector.delivery.deliver import Delivery
from connector.sage.api_response import ApiResponse, NotSentError
from connector.session.authorisation import Authorisation, Outcome, State
from connector.session.update import Update
from tests import sample
from tests.fakes.banking_service import ACKNOWLEDGED, LOST, NO_CONNECTION, BankingService
from tests.fakes.clock import Clock
from tests.fakes.store import MemoryStore

WAIT_SECONDS = 8.0


class Case:
    """A session with an outcome in the outbox, its delivery, and a Banking Service with set answers."""

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

    def deliver(self, wait_seconds: float = WAIT_SECONDS) -> Authorisation:
        return self.delivery.deliver(self.decide(), self.clock() + wait_seconds)

    def deliver_if_due(self, wait_seconds: float = WAIT_SECONDS) -> Authorisation:
        found = self.store.find(sample.ID)
        assert found
        return self.delivery.deliver_if_due(found, self.clock() + wait_seconds)

    @property
    def patches(self) -> int:
        return len(self.banking_service.heard)


@pytest.mark.parametrize("status", [200, 201, 202, 204])
def test_an_acknowledged_outcome_is_delivered(status: int) -> None:
    case = Case(ApiResponse(status))
    assert case.deliver().state is State.DELIVERED
    assert case.banking_service.heard == [(sample.ID, "success")]
    assert case.counted == ["OutcomeDelivered"]


@pytest.mark.parametrize("status", [400, 404, 409, 410, 422])
def test_a_rejected_outcome_is_recorded_with_its_reason(status: int) -> None:
    case = Case(ApiResponse(status))
    session = case.deliver()
    assert (session.state, session.delivery_reason) == (State.REJECTED, f"HTTP {status}")
    assert case.patches == 1
    assert case.counted == ["OutcomeRejected"]


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
def test_a_temporary_failure_is_retried_while_the_customer_waits(trouble: ApiResponse) -> None:
    case = Case(trouble, trouble)
    assert case.deliver().state is State.DELIVERED
    assert case.clock.pauses == [1.0, 2.0]


def test_a_failure_that_lasts_is_postponed_and_the_lease_released() -> None:
    case = Case(finally_=ApiResponse(503))
    session = case.deliver()
    assert session.undelivered
    assert session.lease is None
    assert session.delivery_due
    assert session.delivery_due > case.clock()
    assert session.history[-1]["reason"] == "HTTP 503"
    assert case.counted == ["DeliveryPostponed"]


@pytest.mark.parametrize("uncertain", [LOST, ApiResponse(500), ApiResponse(504), ApiResponse(408)])
def test_a_409_after_an_uncertain_attempt_is_an_acknowledgement(uncertain: ApiResponse) -> None:
    case = Case(uncertain, ApiResponse(409))
    session = case.deliver()
    assert session.state is State.DELIVERED
    assert session.history[-1]["how"] == "HTTP 409 after an uncertain attempt"


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
def test_a_409_after_attempts_that_cannot_have_arrived_is_a_rejection(
    clear: ApiResponse | NotSentError,
) -> None:
    assert Case(clear, ApiResponse(409)).deliver().state is State.REJECTED


def test_an_uncertain_attempt_counts_for_the_next_caller() -> None:
    case = Case(LOST, ApiResponse(409))
    assert case.deliver(wait_seconds=0).undelivered
    case.clock.now += 60
    assert case.deliver_if_due().state is State.DELIVERED


def test_an_attempt_that_cannot_have_arrived_does_not_count_for_the_next_caller() -> None:
    case = Case(NO_CONNECTION, ApiResponse(409))
    assert case.deliver(wait_seconds=0).undelivered
    case.clock.now += 60
    assert case.deliver_if_due().state is State.REJECTED


def test_an_attempt_whose_function_was_killed_counts_as_uncertain() -> None:
    case = Case(ApiResponse(409))
    case.decide()  # the function is killed, before or after its PATCH
    case.clock.now += Delivery.LEASE_SECONDS + 1
    assert case.deliver_if_due().state is State.DELIVERED


def test_a_409_shortly_before_the_session_expires_may_mean_too_late_and_is_a_rejection() -> None:
    case = Case(LOST, ApiResponse(409))
    case.deliver(wait_seconds=0)
    found = case.store.find(sample.ID)
    assert found
    case.clock.now = found.expires_at - 20
    assert case.deliver_if_due().state is State.REJECTED


def test_no_caller_makes_an_attempt_before_retry_after() -> None:
    case = Case(ApiResponse(429, retry_after=40))
    assert case.deliver().undelivered
    case.clock.now += 39
    assert case.deliver_if_due().undelivered
    assert case.patches == 1
    case.clock.now += 1
    assert case.deliver_if_due().state is State.DELIVERED


def test_however_long_retry_after_is_one_more_attempt_is_made_before_the_session_expires() -> None:
    case = Case(ApiResponse(503, retry_after=86_400))
    session = case.deliver()
    assert session.delivery_due == session.expires_at - Delivery.LAST_CHANCE_SECONDS
    case.clock.now = session.delivery_due
    assert case.deliver_if_due().state is State.DELIVERED


def test_the_retry_after_of_sage_id_binds_too() -> None:
    case = Case(NotSentError("Sage ID answered 429", retry_after=45))
    session = case.deliver()
    assert session.delivery_due == case.clock() + 45
    assert session.uncertain_attempts == 0


def test_pauses_double_from_caller_to_caller_up_to_30_seconds() -> None:
    case = Case(finally_=NO_CONNECTION)
    case.deliver(wait_seconds=0)
    waited = []
    for _ in range(8):
        session = case.store.find(sample.ID)
        assert session
        assert session.delivery_due
        waited.append(session.delivery_due - case.clock())
        case.clock.now = session.delivery_due
        case.deliver_if_due(wait_seconds=0)
    assert waited == [1, 2, 4, 8, 16, 30, 30, 30]


def test_the_jitter_is_full_so_that_many_that_failed_together_do_not_retry_together() -> None:
    limits = []

    def spread(least: float, most: float) -> float:
        limits.append((least, most))
        return least

    case = Case(ApiResponse(503), ApiResponse(503))
    Delivery(case.store, case.banking_service, case.clock, case.clock.pause, spread).deliver(
        case.decide(), case.clock() + WAIT_SECONDS
    )
    assert limits == [(0, 1.0), (0, 2.0)]


def test_nothing_is_sent_while_another_caller_has_the_lease() -> None:
    case = Case()
    case.decide()
    assert case.deliver_if_due().undelivered
    assert case.patches == 0


def test_a_rejection_without_the_lease_is_not_recorded() -> None:
    case = Case(ApiResponse(404))
    slow = case.decide()
    case.clock.now += Delivery.LEASE_SECONDS + 1
    taken = case.store.apply(updates.take_lease(sample.ID, case.delivery.new_lease(), now=case.clock()))
    session = case.delivery.deliver(slow, case.clock())
    assert session.state is State.DECIDED
    assert session.lease == taken.lease


def test_an_acknowledgement_is_recorded_without_the_lease_too() -> None:
    case = Case()
    slow = case.decide()
    case.clock.now += Delivery.LEASE_SECONDS + 1
    case.store.apply(updates.take_lease(sample.ID, case.delivery.new_lease(), now=case.clock()))
    assert case.delivery.deliver(slow, case.clock()).state is State.DELIVERED


def test_an_expired_session_is_recorded_and_nothing_is_sent() -> None:
    case = Case(finally_=NO_CONNECTION)
    session = case.deliver()
    case.clock.now = session.expires_at
    before = case.patches
    expired = case.deliver_if_due()
    assert (expired.state, expired.delivery_reason) == (State.EXPIRED, "expired")
    assert case.patches == before
    assert case.counted[-1] == "OutcomeExpired"


def test_the_time_out_of_an_attempt_fits_into_the_rest_of_the_invocation() -> None:
    case = Case()
    case.left = 7.0
    case.deliver()
    assert case.banking_service.timeouts == [3.0]


def test_no_attempt_begins_without_enough_time_of_the_invocation() -> None:
    case = Case()
    case.left = 4.5
    session = case.deliver()
    assert (session.undelivered, session.uncertain_attempts, case.patches) == (True, 0, 0)


def test_no_pause_is_longer_than_the_rest_of_the_invocation() -> None:
    case = Case(ApiResponse(503))
    case.left = 5.5
    assert case.deliver().undelivered
    assert case.clock.pauses == []


def test_an_outcome_that_was_not_sent_stays_undelivered_and_is_no_uncertain_attempt() -> None:
    session = Case(NotSentError("the credentials secret has no value yet")).deliver(wait_seconds=0)
    assert (session.undelivered, session.uncertain_attempts) == (True, 0)


class FailingStore(MemoryStore):
    """A store whose writes fail from now on."""

    fails = False

    def apply(self, update: Update) -> Authorisation:
        if self.fails:
            raise ServiceUnavailableError("DynamoDB: InternalServerError")
        return super().apply(update)


def test_a_table_that_fails_after_the_outcome_was_recorded_is_no_error_for_the_customer() -> None:
    case = Case()
    store = case.store = FailingStore()
    store.apply(sample.notify(case.clock()))
    store.apply(sample.open_session(case.clock()))
    case.delivery = Delivery(store, case.banking_service, case.clock, case.clock.pause)
    case.banking_service.on_call = lambda: setattr(store, "fails", True)

    assert case.deliver().undelivered  # the PATCH was sent, and its result could not be written
    case.clock.now += 60
    assert case.deliver_if_due().undelivered
    store.fails = False
    case.banking_service = BankingService(ApiResponse(409))
    case.delivery = Delivery(store, case.banking_service, case.clock, case.clock.pause)
    assert case.deliver_if_due().state is State.DELIVERED


def test_an_outcome_without_a_status_is_never_sent() -> None:
    case = Case()
    session = case.store.apply(sample.decide(case.clock(), Outcome.CANCELLED, status=""))
    assert case.delivery.deliver_if_due(session, case.clock()) == session
    assert case.patches == 0
