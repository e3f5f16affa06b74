"""The customer goes on, confirms or cancels: record the outcome once, tell Banking Service, send them home."""

from collections.abc import Callable
from dataclasses import dataclass

from connector import moves, ticket
from connector.authenticators.port import Authenticator, Confirm
from connector.authorisation import Authorisation, Outcome, Reason, Refused
from connector.delivery import Delivery
from connector.store import Store


@dataclass(frozen=True, slots=True)
class Asked:
    """The journey goes on: this is what the customer is asked."""

    authorisation: Authorisation
    step: Confirm


@dataclass(frozen=True, slots=True)
class Ended:
    """The outcome is recorded. While it is `owed`, Banking Service does not know it yet."""

    authorisation: Authorisation


type View = Asked | Ended


@dataclass(frozen=True, slots=True)
class Bearer:
    """Who speaks for a session: its id, and the ticket that only its pages carry."""

    authorisation_id: str
    ticket: str


class CompleteAuthorisation:
    """Every way in which a customer moves their journey on. All raise Refused where the session does not admit it."""

    WAIT_SECONDS = 8.0
    """How long a customer waits for Banking Service before they are shown a page that looks again."""

    def __init__(
        self,
        store: Store,
        authenticator: Authenticator,
        delivery: Delivery,
        statuses: dict[Outcome, str],
        clock: Callable[[], float],
    ) -> None:
        self._store = store
        self._authenticator = authenticator
        self._delivery = delivery
        self._statuses = statuses
        self._clock = clock

    def go_on(self, bearer: Bearer) -> View:
        """Begin what the authenticator asks, on a page of ours."""
        try:
            move = moves.continue_session(bearer.authorisation_id, bearer.ticket, now=self._clock())
            authorisation = self._store.apply(move)
        except Refused as refused:
            return self._ended(refused)
        return Asked(authorisation, self._authenticator.begin(authorisation))

    def confirm(self, bearer: Bearer) -> View:
        """Record success."""
        return self._decide(bearer, Outcome.SUCCESS)

    def cancel(self, bearer: Bearer) -> View:
        """Record that the customer does not want to go on."""
        return self._decide(bearer, Outcome.CANCELLED)

    def look(self, authorisation_id: str, view: str) -> View:
        """Show where a decided session stands, delivering what is owed."""
        found = self._store.find(authorisation_id)
        if found is None:
            raise Refused(Reason.UNKNOWN, None)
        if not ticket.may_view(found.ticket_hash, view):
            raise Refused(Reason.NOT_MATCHING, found)
        if found.outcome is None:
            raise Refused(Reason.EXPIRED if found.expires_at <= self._clock() else Reason.USED, found)
        return Ended(self._delivery.settle(found, self._patience()))

    def _decide(self, bearer: Bearer, outcome: Outcome) -> View:
        until = self._patience()
        move = moves.decide(
            bearer.authorisation_id,
            bearer.ticket,
            outcome,
            status=self._statuses[outcome],
            lease=self._delivery.lease_for(until),
            now=self._clock(),
        )
        try:
            decided = self._store.apply(move)
        except Refused as refused:
            return self._ended(refused)
        return Ended(self._delivery.deliver(decided, until) if decided.owed else decided)

    def _ended(self, refused: Refused) -> Ended:
        """Show the recorded outcome to whoever submits again; every other refusal stays one."""
        authorisation = refused.authorisation
        if refused.reason is not Reason.USED or authorisation is None or authorisation.outcome is None:
            raise refused
        return Ended(self._delivery.settle(authorisation, self._patience()))

    def _patience(self) -> float:
        return self._clock() + self.WAIT_SECONDS
