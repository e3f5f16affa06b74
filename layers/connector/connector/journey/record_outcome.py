"""Record how the customer's journey ended, with what is owed to Banking Service, and tell it."""

from collections.abc import Callable, Mapping

from connector.delivery.deliver import Delivery
from connector.session import updates
from connector.session.authorisation import Authorisation, Outcome
from connector.session.store import Store
from connector.session.transition import Update


class RecordOutcome:
    """One write records the outcome and the debt; delivery follows while the customer waits, for a little."""

    WAIT_SECONDS = 8.0
    """How long a customer waits for Banking Service before they are shown a page that looks again."""

    def __init__(
        self, store: Store, delivery: Delivery, statuses: Mapping[Outcome, str], clock: Callable[[], float]
    ) -> None:
        self._store = store
        self._delivery = delivery
        self._statuses = statuses
        self._clock = clock

    def __call__(
        self,
        authorisation_id: str,
        ticket: str,
        outcome: Outcome,
        bind: Callable[[Update], Update] = lambda update: update,
    ) -> Authorisation:
        """Record it once. `bind` adds what else must hold of the session. Raise Refused."""
        until = self._authenticator_seconds()
        decision = updates.decide(
            authorisation_id,
            ticket,
            outcome,
            status=self._statuses[outcome],
            lease=self._delivery.new_lease(),
            now=self._clock(),
        )
        decided = self._store.apply(bind(decision))
        return self._delivery.deliver(decided, until) if decided.undelivered else decided

    def settle(self, decided: Authorisation) -> Authorisation:
        """Deliver what an earlier attempt still owes."""
        return self._delivery.settle(decided, self._authenticator_seconds())

    def _authenticator_seconds(self) -> float:
        return self._clock() + self.WAIT_SECONDS
