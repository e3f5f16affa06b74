"""Record how the customer's journey ended, and report the outcome to Banking Service while the customer waits."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from connector.delivery.deliver import Delivery
from connector.journey.dialogue.next_step import Conclusion
from connector.journey.dialogue.visit import TicketHolder
from connector.journey.updates import conclude, decide
from connector.session.authorisation import Authorisation, Outcome
from connector.session.conditions import NOTHING
from connector.session.store import Store

DELIVERY_SECONDS = 8.0
"""How long a customer waits for Banking Service. Afterwards a page polls."""


@dataclass(frozen=True, slots=True)
class RecordOutcome:
    """One write records the outcome and its outbox entry; delivery follows at once."""

    store: Store
    delivery: Delivery
    statuses: Mapping[Outcome, str]
    """The status that PATCH reports for each outcome. Empty: nothing is sent."""
    clock: Callable[[], float]

    def __call__(
        self,
        holder: TicketHolder,
        conclusion: Conclusion,
        *,
        step: int | None = None,
        proof: Mapping[str, str] = NOTHING,
    ) -> Authorisation:
        """Record the outcome. `step` and `proof` must still hold of the session. Raise TransitionRefusedError."""
        deadline = self.clock() + DELIVERY_SECONDS
        decision = decide(
            holder.authorisation_id,
            holder.ticket,
            conclusion.outcome,
            status=self.statuses[conclusion.outcome],
            lease=self.delivery.new_lease(),
            now=self.clock(),
        )
        decided = self.store.apply(conclude(decision, conclusion, step=step, proof=proof))
        return self.delivery.deliver(decided, deadline) if decided.undelivered else decided

    def deliver_if_due(self, decided: Authorisation) -> Authorisation:
        """Deliver a recorded outcome that Banking Service has not acknowledged, if the next attempt is due."""
        return self.delivery.deliver_if_due(decided, self.clock() + DELIVERY_SECONDS)
