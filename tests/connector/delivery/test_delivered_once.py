"""Delivered once: lost answers, an expiry during an attempt, rounding, and one slow outcome in the relay."""

import threading
from dataclasses import dataclass, field

import pytest

from connector.delivery.deliver import Delivery
from connector.delivery.relay import Relay
from connector.journey.start import open_session
from connector.journey.updates import decide
from connector.notification.accept import notify
from connector.sage.api_response import ApiResponse
from connector.session.authorisation import Authorisation, Outcome, State
from connector.session.update import Lease
from tests import sample
from tests.fakes.banking_service import ACKNOWLEDGED, LOST, NO_CONNECTION, BankingService
from tests.fakes.clock import Clock
from tests.fakes.locks import MemoryLocks
from tests.fakes.store import MemoryStore

SESSION_SECONDS = 20 * 60
WHILE_THE_CUSTOMER_WAITS = 8.0


class Outcomes:
    """One decided session, the clock, and Banking Service's next answers."""

    def __init__(self, *answers: ApiResponse, finally_: ApiResponse = ACKNOWLEDGED, began: float = Clock().now) -> None:
        self.clock = Clock(began)
        self.store = MemoryStore()
        self.banking_service = BankingService(*answers, finally_=finally_)
        self.attempts_at = list[float]()
        self.banking_service.on_call = lambda: self.attempts_at.append(self.clock())
        self.delivery = Delivery(
            self.store, self.banking_service, self.clock, self.clock.pause, lambda _, longest: longest
        )
        self.store.apply(sample.notify(self.clock()))
        self.store.apply(sample.open_session(self.clock()))
        self.expires_at = self.session.expires_at

    def decide_and_deliver(self, seconds: float = WHILE_THE_CUSTOMER_WAITS) -> Authorisation:
        decided = self.store.apply(sample.decide(self.clock(), lease=self.delivery.new_lease()))
        return self.delivery.deliver(decided, self.clock() + seconds)

    def relay(self) -> Authorisation:
        """Attempt once, when the next attempt is due."""
        self.clock.now = max(self.clock.now, self.session.delivery_due or 0)
        settled = self.delivery.acquire_and_deliver(sample.ID, self.clock())
        assert settled
        return settled

    @property
    def session(self) -> Authorisation:
        found = self.store.find(sample.ID)
        assert found
        return found


NOT_RECEIVED = [ApiResponse(429), ApiResponse(401), ApiResponse(425), ApiResponse(302), NO_CONNECTION]
MAYBE_RECEIVED = [LOST, ApiResponse(408), ApiResponse(500), ApiResponse(503)]


@pytest.mark.parametrize("maybe_received", MAYBE_RECEIVED)
@pytest.mark.parametrize("not_received", NOT_RECEIVED)
def test_a_lost_answer_explains_a_conflict_also_after_an_attempt_that_did_not_arrive(
    maybe_received: ApiResponse, not_received: ApiResponse
) -> None:
    outcomes = Outcomes(maybe_received, not_received, ApiResponse(409))

    assert outcomes.decide_and_deliver().state is State.DELIVERED
    assert len(outcomes.attempts_at) == 3


@pytest.mark.parametrize("not_received", NOT_RECEIVED)
def test_a_lost_answer_explains_a_conflict_also_when_each_attempt_has_a_lease_of_its_own(
    not_received: ApiResponse,
) -> None:
    outcomes = Outcomes(LOST, not_received, not_received, ApiResponse(409))

    outcomes.decide_and_deliver(seconds=0)
    outcomes.relay()
    outcomes.relay()

    assert outcomes.session.uncertain_attempts == 1
    assert outcomes.relay().state is State.DELIVERED


def test_a_lost_answer_is_remembered_when_the_same_lease_ends_with_an_attempt_that_did_not_arrive() -> None:
    outcomes = Outcomes(LOST, finally_=ApiResponse(429, retry_after=20))

    assert outcomes.decide_and_deliver().undelivered
    assert outcomes.session.uncertain_attempts == 1


def test_an_outcome_does_not_expire_while_an_attempt_is_in_flight() -> None:
    outcomes = Outcomes()
    outcomes.clock.now = outcomes.expires_at - 2
    relays = list[Authorisation | None]()

    def session_ends() -> None:
        outcomes.clock.now = outcomes.expires_at + 1
        relays.append(outcomes.delivery.acquire_and_deliver(sample.ID, outcomes.clock()))

    outcomes.banking_service.on_call = session_ends

    session = outcomes.decide_and_deliver()

    assert [found and found.state for found in relays] == [State.DECIDED]
    assert session.state is State.DELIVERED


def test_an_outcome_whose_attempt_never_ended_expires_when_its_lease_has_ended() -> None:
    outcomes = Outcomes()
    outcomes.clock.now = outcomes.expires_at - 2
    lease = outcomes.delivery.new_lease()
    outcomes.store.apply(sample.decide(outcomes.clock(), lease=lease))

    outcomes.clock.now = lease.until
    assert outcomes.relay().state is State.EXPIRED


def test_no_attempt_begins_after_the_session_expired_however_long_the_caller_waits() -> None:
    outcomes = Outcomes(finally_=ApiResponse(503))
    outcomes.clock.now = outcomes.expires_at - 1.5

    session = outcomes.decide_and_deliver(seconds=3600)

    assert [outcomes.expires_at - at for at in outcomes.attempts_at] == [1.5, 0.5]
    assert (session.state, session.delivery_due) == (State.DECIDED, outcomes.expires_at)
    assert outcomes.relay().state is State.EXPIRED
    assert len(outcomes.attempts_at) == 2


@pytest.mark.parametrize("fraction", [0.0, 0.1, 0.5, 0.9])
def test_no_attempt_is_earlier_than_retry_after_and_none_more_than_a_second_later(fraction: float) -> None:
    outcomes = Outcomes(ApiResponse(429, retry_after=40), began=Clock().now + fraction)
    due = outcomes.clock() + 40
    session = outcomes.decide_and_deliver()

    outcomes.clock.now = due - 0.01
    assert outcomes.delivery.deliver_if_due(session, outcomes.clock()).undelivered
    assert len(outcomes.attempts_at) == 1
    outcomes.clock.now = due + 1
    assert outcomes.delivery.deliver_if_due(session, outcomes.clock()).state is State.DELIVERED


@pytest.mark.parametrize("fraction", [0.0, 0.1, 0.9])
def test_no_lease_ends_before_its_seconds_are_over(fraction: float) -> None:
    now = Clock().now + fraction

    assert now + 30 <= Lease.until_after(30, now).until <= now + 31


@pytest.mark.parametrize("fraction", [0.0, 0.1, 0.9])
def test_nobody_takes_over_a_lease_before_its_seconds_are_over(fraction: float) -> None:
    outcomes = Outcomes(began=Clock().now + fraction)
    outcomes.store.apply(sample.decide(outcomes.clock(), lease=outcomes.delivery.new_lease()))

    outcomes.clock.now += Delivery.LEASE_SECONDS - 0.01
    assert outcomes.delivery.acquire_and_deliver(sample.ID, outcomes.clock()) == outcomes.session
    assert outcomes.attempts_at == []


@dataclass
class OneSlowAnswer:
    """Banking Service answers the slow authorisation when it has acknowledged all others, or after five seconds."""

    slow: str
    others: int
    acknowledged: list[str] = field(default_factory=list)
    all_others: threading.Event = field(default_factory=threading.Event)
    waited_in_vain: bool = False

    def patch_authorisation(self, authorisation_id: str, status: str, *, timeout: float) -> ApiResponse:
        assert (status, timeout) == ("success", Delivery.ATTEMPT_SECONDS)
        if authorisation_id == self.slow:
            self.waited_in_vain = not self.all_others.wait(5)
        else:
            self.acknowledged.append(authorisation_id)
            if len(self.acknowledged) == self.others:
                self.all_others.set()
        return ACKNOWLEDGED


def test_one_slow_outcome_delays_no_other_in_the_relay() -> None:
    clock, store = Clock(), MemoryStore()
    sessions = [f"00000000-0000-4000-8000-{number:012}" for number in range(5)]
    for session in sessions:
        store.apply(notify(session, None, session_minutes=20, now=clock()))
        store.apply(
            open_session(
                session,
                external_id=sample.EXTERNAL_ID,
                bank_account=None,
                redirect_uri=sample.REDIRECT_URI,
                sage_state=sample.SAGE_STATE,
                ticket=sample.TICKET,
                now=clock(),
            )
        )
        lease = Lease.until_after(Delivery.LEASE_SECONDS, clock())
        store.apply(decide(session, sample.TICKET, Outcome.SUCCESS, status="success", lease=lease, now=clock()))
        clock.now += 1
    clock.now += 60
    banking_service = OneSlowAnswer(sessions[0], others=4)
    relay = Relay(
        store,
        Delivery(store, banking_service, clock, clock.pause),
        MemoryLocks(clock),
        clock,
        clock.pause,
        lambda: float("inf"),
    )

    report = relay(stop_before=15)

    assert not banking_service.waited_in_vain
    assert sorted(banking_service.acknowledged) == sessions[1:]
    assert (report.tried, report.undelivered, report.failures) == (5, 0, ())
