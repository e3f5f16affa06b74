"""The whole connector behind its use cases, over any store, with a clock that can be moved and a Sage that can fail."""

from collections.abc import Iterator
from typing import Protocol

from connector.authenticators.consent import Consent
from connector.aws.lock import Locks
from connector.delivery.deliver import BankingService, Delivery
from connector.delivery.relay import Relay, RelayReport
from connector.journey.complete import CompleteAuthorisation
from connector.journey.record_outcome import RecordOutcome
from connector.journey.start import AuthrefreshQuery, StartJourney
from connector.journey.views import Ended, View
from connector.journey.visit import ClientContext, TicketHolder
from connector.notification.accept import notify
from connector.runtime.rate_limiter import RateLimiter
from connector.sage.provider_api import ApiResponse
from connector.session import ticket
from connector.session.authorisation import Authorisation, Outcome, State
from connector.session.store import OutboxEntry, Store
from tests import sample
from tests.fakes.clock import Clock
from tests.fakes.locks import MemoryLocks
from tests.fakes.sage import Sage

STATUSES = {Outcome.SUCCESS: "success", Outcome.FAILED: "", Outcome.CANCELLED: ""}
CLIENT = ClientContext("en", "https://connector.example/callback")
SWEEP_RATE = 8


class OutboxStore(Store, Protocol):
    """A store that lists what is owed."""

    def entries(self) -> Iterator[OutboxEntry]: ...


class AskOnce(Consent):
    """Consent, which needs neither settings nor credentials."""

    def __init__(self) -> None:
        """Take none."""


class System:
    def __init__(
        self,
        store: OutboxStore,
        clock: Clock,
        sage: Sage,
        *,
        banking_service: BankingService | None = None,
        locks: Locks | None = None,
    ) -> None:
        self.store, self.clock, self.sage = store, clock, sage
        reached = banking_service or sage
        self.start = StartJourney(store, 0, clock, clock.pause)
        delivery = Delivery(store, reached, clock, clock.pause)
        self.complete = CompleteAuthorisation(
            store=store,
            authenticator=AskOnce(),
            record_outcome=RecordOutcome(store, delivery, STATUSES, clock),
            clock=clock,
        )
        self._rate_limiter = RateLimiter(SWEEP_RATE, clock, clock.pause)
        self._reached = reached
        self._locks = locks or MemoryLocks(clock)
        self.sweep_due = clock()
        """When the schedule begins the next sweep."""

    def notify(self, session: str) -> Authorisation:
        return self.store.apply(notify(session, sample.BANK_ID, session_minutes=20, now=self.clock()))

    def open(self, session: str, redirect_uri: str = sample.REDIRECT_URI) -> str:
        query = AuthrefreshQuery(
            authorisation_id=session,
            redirect_uri=redirect_uri,
            state=sample.SAGE_STATE,
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

    def look(self, session: str, held: str) -> View:
        return self.complete.refresh_outcome(session, ticket.view_of(ticket.hash_of(held)))

    def sweep(self, seconds: float = 60) -> RelayReport:
        """Sweep once, as Lambda would with this time-out. One worker, so that the clock has one who moves it."""
        ends_at = self.clock() + seconds
        self.sweep_due = self.clock() + 60

        def time_left() -> float:
            return ends_at - self.clock()

        delivery = Delivery(
            self.store, _Paced(self._reached, self._rate_limiter), self.clock, self.clock.pause, time_left=time_left
        )
        return Relay(self.store, delivery, self._locks, self.clock, time_left, workers=1)(15)

    def recover(self) -> None:
        """Let all go well again, and time pass: what the schedule does by itself."""
        self.sage.down = False
        self.sage.troubles.clear()
        for _ in range(4):
            self.clock.now += 60
            self.sweep()


class _Paced:
    """The Provider API's client lets each request wait for its turn; so does this."""

    def __init__(self, banking_service: BankingService, rate_limiter: RateLimiter) -> None:
        self._banking_service = banking_service
        self._rate_limiter = rate_limiter

    def patch_authorisation(self, authorisation_id: str, status: str, *, timeout: float) -> ApiResponse:
        self._rate_limiter.wait()
        return self._banking_service.patch_authorisation(authorisation_id, status, timeout=timeout)


def told_done(view: View) -> bool:
    """Tell whether the customer is sent home as one whose success Banking Service knows."""
    return isinstance(view, Ended) and view.authorisation.state is State.DELIVERED


def check_session(session: Authorisation, sage: Sage, *, confirmed: bool) -> None:
    """Check what must hold of a session at every moment."""
    events = [entry["event"] for entry in session.history]
    assert events.count("opened") <= 1
    assert events.count("decided") <= 1
    settled = [event for event in events if event in {"delivered", "rejected", "expired"}]
    assert len(settled) <= 1
    told = sage.accepted.get(session.authorisation_id)
    if told:
        assert (told, session.outcome, confirmed) == ("success", Outcome.SUCCESS, True)
    if session.state is State.DELIVERED:
        assert told, "the customer was told that it is done, and it is not"
    if session.state in {State.REJECTED, State.EXPIRED}:
        assert session.delivery_reason
    if session.state is State.REJECTED and told:
        # Only when it could as well have meant "too late".
        assert session.history[-1]["at"] / 1000 >= session.expires_at - Delivery.UNCLEAR_SECONDS


def check_settled(session: Authorisation) -> None:
    """Check what must hold once everything has recovered."""
    assert not session.undelivered
    if session.outcome is Outcome.SUCCESS:
        assert session.state in {State.DELIVERED, State.REJECTED, State.EXPIRED}
