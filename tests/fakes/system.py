"""All use cases of the connector, over any store, with a clock that a test moves and a Sage that can fail."""

from collections.abc import Iterator
from typing import Protocol

from connector.authenticators.consent import Consent
from connector.aws.lock import Locks
from connector.delivery.deliver import AuthorisationsApi, Delivery
from connector.delivery.patch_result import CONFLICT_UNCLEAR_SECONDS
from connector.delivery.relay import Relay, RelayReport
from connector.journey.complete import CompleteAuthorisation
from connector.journey.dialogue.visit import ClientContext, TicketHolder
from connector.journey.record_outcome import RecordOutcome
from connector.journey.start import AuthrefreshQuery, StartJourney
from connector.journey.views import Ended, View
from connector.notification.accept import notify
from connector.runtime.rate_limiter import RateLimiter
from connector.sage.api_response import ApiResponse
from connector.session import ticket
from connector.session.authorisation import Authorisation, Outcome, State
from connector.session.store import OutboxEntry, Store
from tests import sample
from tests.fakes.clock import Clock
from tests.fakes.locks import MemoryLocks
from tests.fakes.sage import Sage

STATUSES = {Outcome.SUCCESS: "success", Outcome.FAILED: "", Outcome.CANCELLED: ""}
CLIENT = ClientContext("en", "https://connector.example/callback", "browser")
RELAY_RATE = 8


class OutboxStore(Store, Protocol):
    """A store with an outbox."""

    def entries(self) -> Iterator[OutboxEntry]: ...


class PlainConsent(Consent):
    """Consent without settings and credentials."""

    def __init__(self) -> None:
        """Take none."""


class System:
    def __init__(
        self,
        store: OutboxStore,
        clock: Clock,
        sage: Sage,
        *,
        authorisations: AuthorisationsApi | None = None,
        locks: Locks | None = None,
    ) -> None:
        self.store, self.clock, self.sage = store, clock, sage
        authorisations = authorisations or sage
        self.start = StartJourney(store, 0, clock, clock.pause)
        delivery = Delivery(store, authorisations, clock, clock.pause)
        self.complete = CompleteAuthorisation(
            store=store,
            authenticator=PlainConsent(),
            check_account=lambda _, conclusion: conclusion,
            record_outcome=RecordOutcome(store, delivery, STATUSES, clock),
            clock=clock,
            max_attempts=5,
            max_begins=10,
            admit_begin=lambda _: True,
            authenticator_seconds=8,
        )
        self._rate_limiter = RateLimiter(RELAY_RATE, clock, clock.pause)
        self._authorisations = authorisations
        self._locks = locks or MemoryLocks(clock)
        self.relay_due = clock()
        """When the schedule starts the next run, in seconds since the epoch."""

    def notify(self, session: str) -> Authorisation:
        return self.store.apply(notify(session, sample.BANK_ID, session_minutes=20, now=self.clock()))

    def open(self, session: str, redirect_uri: str = sample.REDIRECT_URI) -> str:
        query = AuthrefreshQuery(
            authorisation_id=session,
            redirect_uri=redirect_uri,
            sage_state=sample.SAGE_STATE,
            external_id=sample.EXTERNAL_ID,
            bank_account=sample.BANK_ID,
        )
        return self.start(query).ticket

    def go_on(self, session: str, ticket: str) -> View:
        return self.complete.begin(TicketHolder(session, ticket), 0, CLIENT)

    def confirm(self, session: str, ticket: str) -> View:
        return self.complete.answer(TicketHolder(session, ticket), 1, {"confirm": "yes"}, CLIENT)

    def cancel(self, session: str, ticket: str) -> View:
        return self.complete.cancel(TicketHolder(session, ticket), CLIENT)

    def refresh(self, session: str, held: str) -> View:
        return self.complete.refresh_outcome(session, ticket.view_key_of(ticket.hash_of(held)))

    def relay(self, seconds: float = 60) -> RelayReport:
        """Run the relay once, in an invocation of so many seconds. One worker: each would move the clock."""
        ends_at = self.clock() + seconds
        self.relay_due = self.clock() + 60

        def time_left() -> float:
            return ends_at - self.clock()

        authorisations = _RateLimited(self._authorisations, self._rate_limiter)
        delivery = Delivery(self.store, authorisations, self.clock, self.clock.pause, time_left=time_left)
        return Relay(self.store, delivery, self._locks, self.clock, self.clock.pause, time_left, workers=1)(15)

    def recover(self) -> None:
        """Remove all faults and let the schedule run four times."""
        self.sage.down = False
        self.sage.troubles.clear()
        for _ in range(4):
            self.clock.now += 60
            self.relay()


class _RateLimited:
    """Waits before each request, as the Provider API's client does."""

    def __init__(self, authorisations: AuthorisationsApi, rate_limiter: RateLimiter) -> None:
        self._authorisations = authorisations
        self._rate_limiter = rate_limiter

    def patch_authorisation(self, authorisation_id: str, status: str, *, timeout: float) -> ApiResponse:
        self._rate_limiter.wait()
        return self._authorisations.patch_authorisation(authorisation_id, status, timeout=timeout)


def shows_delivered(view: View) -> bool:
    """Tell whether the customer sees that Banking Service has the success."""
    return isinstance(view, Ended) and view.authorisation.state is State.DELIVERED


def check_session(session: Authorisation, sage: Sage, *, confirmed: bool) -> None:
    """Check the invariants of a session."""
    events = [entry["event"] for entry in session.history]
    assert events.count("opened") <= 1
    assert events.count("decided") <= 1
    ends = [event for event in events if event in {"delivered", "rejected", "expired"}]
    assert len(ends) <= 1
    accepted = sage.accepted.get(session.authorisation_id)
    if accepted:
        assert (accepted, session.outcome, confirmed) == ("success", Outcome.SUCCESS, True)
    if session.state is State.DELIVERED:
        assert accepted, "the session is delivered, and Banking Service did not accept it"
    if session.state in {State.REJECTED, State.EXPIRED}:
        assert session.delivery_reason
    if session.state is State.REJECTED and accepted:
        # Only where the 409 may have meant "too late".
        assert session.history[-1]["at"] / 1000 >= session.expires_at - CONFLICT_UNCLEAR_SECONDS


def check_ended(session: Authorisation) -> None:
    """Check the session once all faults are removed."""
    assert not session.undelivered
    if session.outcome is Outcome.SUCCESS:
        assert session.state in {State.DELIVERED, State.REJECTED, State.EXPIRED}
