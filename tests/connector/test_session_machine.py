"""The session as a state machine: calls in any order, clocks that move, any failure; a model beside the store."""

from typing import TYPE_CHECKING, Any
from uuid import UUID

import boto3
import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, invariant, precondition, rule
from moto import mock_aws

from connector.sage.api_response import ApiResponse
from connector.session.authorisation import Outcome, Refusal, State, TransitionRefusedError
from connector.session.store import DynamoDBStore
from tests.fakes.clock import Clock
from tests.fakes.sage import Sage, Trouble
from tests.fakes.store import MemoryStore
from tests.fakes.system import OutboxStore, System, check_ended, check_session, shows_delivered
from tests.template import create_table

if TYPE_CHECKING:
    from collections.abc import Callable

TWENTY_MINUTES = 20 * 60
SAGE_STARTED_BEFORE = 25
"""Seconds between the start of an authorisation at Sage and its notification."""
PAUSES = st.sampled_from([0.2, 1, 3, 8, 31, 61, 300, 1140])


LOST = st.sampled_from([Trouble.LOST_BEFORE, Trouble.LOST_AFTER, Trouble.FAILED_AFTER])
NOT_RECEIVED = st.lists(
    st.sampled_from([Trouble.NO_TOKEN, Trouble.NO_CONNECTION, Trouble.RATE_LIMITED, Trouble.NOT_AUTHENTICATED]),
    max_size=2,
)


class SlowSage(Sage):
    """Banking Service, whose next answer is on its way for as long as `meanwhile` takes."""

    def __init__(self, clock: Clock) -> None:
        super().__init__(clock)
        self.meanwhile: Callable[[], object] = lambda: None
        self.acknowledged = set[str]()
        """The authorisations for which the connector got a 2xx."""

    def patch_authorisation(self, authorisation_id: str, status: str, *, timeout: float) -> ApiResponse:
        answer = super().patch_authorisation(authorisation_id, status, timeout=timeout)
        meanwhile, self.meanwhile = self.meanwhile, lambda: None
        meanwhile()
        if answer.ok:
            self.acknowledged.add(authorisation_id)
        return answer


class Model:
    """The expected state of one session."""

    def __init__(self, now: float) -> None:
        self.ends = int(now) + TWENTY_MINUTES
        self.ticket: str | None = None
        self.prompt = False
        self.outcome: Outcome | None = None

    def refuses(self, ticket: str, now: float) -> Refusal | None:
        """Return the reason why an answer is refused, or None. A recorded outcome is shown instead."""
        if ticket != self.ticket:
            return Refusal.NOT_MATCHING
        if self.outcome is None and int(now) >= self.ends:
            return Refusal.EXPIRED
        return None


class Sessions(RuleBasedStateMachine):
    """Customers, their browsers, Banking Service and the schedule, in any order."""

    sessions = Bundle("sessions")

    def make_store(self) -> OutboxStore:
        """Make the store under test."""
        return MemoryStore()

    @initialize()
    def begin(self) -> None:
        self.clock = Clock()
        self.sage = SlowSage(self.clock)
        self.system = System(self.make_store(), self.clock, self.sage)
        self.models: dict[str, Model] = {}

    @rule(target=sessions, number=st.integers(0, 4))
    def notify(self, number: int) -> str:
        session = str(UUID(int=number + 1))
        before = self.models.get(session)
        reason = self._refusal(self.system.notify, session)
        assert (reason is None) == (before is None)
        if before is None:
            self.models[session] = Model(self.clock())
            self.sage.start(session, seconds=TWENTY_MINUTES - SAGE_STARTED_BEFORE)
        return session

    @rule(session=sessions)
    def open(self, session: str) -> None:
        model = self.models[session]
        expired = int(self.clock()) >= model.ends
        try:
            ticket = self.system.open(session)
        except TransitionRefusedError as refused:
            assert model.ticket or expired
            # A session that is used and expired may be refused for either reason.
            assert refused.reason in {Refusal.USED, Refusal.EXPIRED}  # noqa: PT017 - it may also be admitted
        else:
            assert model.ticket is None
            assert not expired
            model.ticket = ticket

    @rule(session=sessions)
    def go_on(self, session: str) -> None:
        model, now = self.models[session], self.clock()
        ticket = model.ticket or "none"
        reason = self._refusal(self.system.go_on, session, ticket)
        assert reason == model.refuses(ticket, now)
        model.prompt |= reason is None and model.outcome is None

    @rule(session=sessions, guesses=st.booleans())
    def confirm(self, session: str, guesses: bool) -> None:  # noqa: FBT001 - drawn by Hypothesis
        self._decide(session, Outcome.SUCCESS, guesses=guesses)

    @rule(session=sessions, guesses=st.booleans())
    def cancel(self, session: str, guesses: bool) -> None:  # noqa: FBT001 - drawn by Hypothesis
        self._decide(session, Outcome.CANCELLED, guesses=guesses)

    @rule(session=sessions)
    def refresh(self, session: str) -> None:
        model = self.models[session]
        if self._refusal(self.system.refresh, session, model.ticket or "none") is None:
            assert model.outcome

    @rule()
    def relay(self) -> None:
        assert self.system.relay().failures == ()

    @rule(seconds=PAUSES)
    def time_passes(self, seconds: float) -> None:
        self.clock.now += seconds

    @rule(troubles=st.lists(st.sampled_from(list(Trouble)), max_size=6))
    def trouble_ahead(self, troubles: list[Trouble]) -> None:
        self.sage.troubles = troubles

    @rule(session=sessions, lost=LOST, then=NOT_RECEIVED)
    def confirm_while_answers_are_lost(self, session: str, lost: Trouble, then: list[Trouble]) -> None:
        self.open(session)
        self.go_on(session)
        self.sage.down = False
        self.sage.troubles = [lost, *then]
        self._decide(session, Outcome.SUCCESS, guesses=False)

    @rule(session=sessions)
    def confirm_while_the_session_ends(self, session: str) -> None:
        """Confirm while Sage still accepts; before the answer arrives the session ends and another tab refreshes."""
        model = self.models[session]
        self.open(session)
        self.go_on(session)
        self.clock.now = max(self.clock.now, model.ends - SAGE_STARTED_BEFORE - 1)

        def session_ends() -> None:
            self.clock.now = max(self.clock.now, model.ends)
            self._refusal(self.system.refresh, session, model.ticket or "none")

        self.sage.down, self.sage.troubles, self.sage.meanwhile = False, [], session_ends
        self._decide(session, Outcome.SUCCESS, guesses=False)
        self.sage.meanwhile = lambda: None

    @precondition(lambda self: not self.sage.down)
    @rule()
    def sage_goes_down(self) -> None:
        self.sage.down = True

    @precondition(lambda self: self.sage.down)
    @rule()
    def sage_comes_back(self) -> None:
        self.sage.down = False

    @invariant()
    def the_store_is_as_the_model_says(self) -> None:
        for session, model in getattr(self, "models", {}).items():
            kept = self.system.store.find(session)
            assert kept
            assert kept.outcome == model.outcome
            assert (kept.ticket_hash is not None) == (model.ticket is not None)
            assert kept.uncertain_attempts >= 0
            check_session(kept, self.sage, confirmed=model.outcome is Outcome.SUCCESS)
            if session in self.sage.acknowledged:
                assert kept.state is State.DELIVERED

    def teardown(self) -> None:
        """Remove all faults: the outbox must become empty."""
        if not hasattr(self, "system"):
            return
        self.system.recover()
        self.the_store_is_as_the_model_says()
        for session in self.models:
            kept = self.system.store.find(session)
            assert kept
            check_ended(kept)
        assert list(self.system.store.entries()) == []

    def _decide(self, session: str, outcome: Outcome, *, guesses: bool) -> None:
        model, now = self.models[session], self.clock()
        ticket = "guessed" if guesses else model.ticket or "none"
        decide = self.system.confirm if outcome is Outcome.SUCCESS else self.system.cancel
        reason = model.refuses(ticket, now)
        admitted = reason is None and model.outcome is None and (model.prompt or outcome is Outcome.CANCELLED)
        try:
            view = decide(session, ticket)
        except TransitionRefusedError as refused:
            assert refused.reason == reason  # noqa: PT017 - it may also be admitted
            return
        assert reason is None
        if admitted:
            model.outcome = outcome
        if shows_delivered(view):
            assert self.sage.accepted[session] == "success"

    @staticmethod
    def _refusal(call: Any, *arguments: str) -> Refusal | None:  # noqa: ANN401 - any use case
        try:
            call(*arguments)
        except TransitionRefusedError as refused:
            return refused.reason
        return None


class SessionsOnDynamoDB(Sessions):
    """The same, with the updates as DynamoDB's writes."""

    def make_store(self) -> OutboxStore:
        """Make a table on moto's AWS."""
        self.aws = mock_aws()
        self.aws.start()
        client = boto3.client("dynamodb", "eu-west-1", aws_access_key_id="moto", aws_secret_access_key="moto")
        return DynamoDBStore(client, create_table(client))

    def teardown(self) -> None:
        """Take moto's AWS down too."""
        try:
            super().teardown()
        finally:
            if hasattr(self, "aws"):
                self.aws.stop()


TestSessionsInMemory = pytest.mark.slow(Sessions.TestCase)
TestSessionsInMemory.settings = settings(max_examples=150, stateful_step_count=40, deadline=None)
TestSessionsOnDynamoDB = pytest.mark.slow(SessionsOnDynamoDB.TestCase)
TestSessionsOnDynamoDB.settings = settings(
    max_examples=6, stateful_step_count=15, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
