"""The customer goes on, answers, waits, comes back or cancels: record the outcome once, tell Banking Service."""

import hmac
from collections.abc import Callable, Mapping
from functools import partial

from connector.authenticators.port import Authenticator
from connector.delivery.deliver import Delivery
from connector.journey import answers as given
from connector.journey import updates as journey
from connector.journey.apply_result import ApplyResult
from connector.journey.current_view import CurrentView
from connector.journey.record_outcome import RecordOutcome
from connector.journey.submit import SubmitAnswer
from connector.journey.views import Ended, View, Waiting
from connector.journey.visit import ClientContext, TicketHolder
from connector.session import ticket
from connector.session.authorisation import Authorisation, Outcome, Reason, TransitionRefusedError
from connector.session.callback import Callback
from connector.session.store import Store


class CompleteAuthorisation:
    """Every way in which a customer moves their journey on. All raise TransitionRefusedError where the session does not admit it."""

    def __init__(  # noqa: PLR0913 - its collaborators, and the two settings that bound a journey
        self,
        store: Store,
        authenticator: Authenticator,
        delivery: Delivery,
        statuses: Mapping[Outcome, str],
        clock: Callable[[], float],
        *,
        max_attempts: int = 5,
        authenticator_seconds: float = 8.0,
    ) -> None:
        self._store = store
        self._confirmation = authenticator.confirmation
        self._clock = clock
        self._record_outcome = RecordOutcome(store, delivery, statuses, clock)
        self._standing = CurrentView(self._record_outcome, max_attempts)
        follow = ApplyResult(
            store, authenticator, self._record_outcome, self._standing, max_attempts=max_attempts, clock=clock
        )
        self._take_step = SubmitAnswer(
            store,
            authenticator,
            follow,
            self._standing,
            max_attempts=max_attempts,
            authenticator_seconds=authenticator_seconds,
            clock=clock,
        )

    def go_on(self, holder: TicketHolder, step: int, client: ClientContext) -> View:
        """Begin what the authenticator asks, on a page of ours, or begin it again."""
        if self._confirmation is None:
            return self._take_step.begin(holder, step, client)
        update = journey.ask(
            holder.authorisation_id,
            self._confirmation,
            proof=holder.proof,
            step=step,
            refused=False,
            now=self._clock(),
        )
        try:
            return self._standing.shown(self._store.apply(update))
        except TransitionRefusedError as refused:
            return self._standing.after(refused, self._clock())

    def answer(self, holder: TicketHolder, step: int, typed: Mapping[str, str], client: ClientContext) -> View:
        """Have an answer looked at. A confirmation that is all the proof wanted is recorded at once."""
        if self._confirmation is None:
            return self._take_step.answer(holder, step, typed, client)
        if step == 0 or given.missing(self._confirmation, given.tidy(self._confirmation, typed)):
            return self.look_again(holder, client)
        return self._decide(holder, Outcome.SUCCESS, step)

    def look_again(self, holder: TicketHolder, client: ClientContext) -> View:
        """Show where the journey stands, asking the authenticator where the customer waits for it."""
        found = self._found(holder.authorisation_id)
        if not hmac.compare_digest(holder.proof["ticket_hash"], found.ticket_hash or ""):
            raise TransitionRefusedError(Reason.NOT_MATCHING, found)
        if found.outcome is None and found.expires_at <= self._clock():
            raise TransitionRefusedError(Reason.EXPIRED, found)
        view = self._standing.now(found, self._clock())
        return self._take_step.look(found, view.wait, holder, client) if isinstance(view, Waiting) else view

    def come_back(self, query: Mapping[str, str], client: ClientContext) -> tuple[View, str]:
        """Take what the customer brought back from where they were sent; return their ticket too."""
        callback = Callback.parse(query.get("state", ""))
        if callback is None:
            raise TransitionRefusedError(Reason.UNKNOWN, None)
        return self._take_step.come_back(callback, query, client)

    def cancel(self, holder: TicketHolder, client: ClientContext) -> View:
        """Record that the customer does not want to go on."""
        view = self._decide(holder, Outcome.CANCELLED)
        if isinstance(view, Ended) and view.authorisation.step > 0:
            self._take_step.call_off(view.authorisation, holder, client)
        return view

    def look(self, authorisation_id: str, view: str) -> View:
        """Show where a decided session stands, delivering what is owed."""
        found = self._found(authorisation_id)
        if not ticket.may_view(found.ticket_hash, view):
            raise TransitionRefusedError(Reason.NOT_MATCHING, found)
        if found.outcome is None:
            raise TransitionRefusedError(Reason.EXPIRED if found.expires_at <= self._clock() else Reason.USED, found)
        return self._standing.now(found, self._clock())

    def _decide(self, holder: TicketHolder, outcome: Outcome, step: int | None = None) -> View:
        bind = partial(journey.conclude, step=step)
        try:
            return self._standing.ended(self._record_outcome(holder.authorisation_id, holder.ticket, outcome, bind))
        except TransitionRefusedError as refused:
            return self._standing.after(refused, self._clock())

    def _found(self, authorisation_id: str) -> Authorisation:
        found = self._store.find(authorisation_id)
        if found is None:
            raise TransitionRefusedError(Reason.UNKNOWN, None)
        return found
