"""The customer goes on, answers, waits, comes back or cancels: record the outcome once, tell Banking Service."""

import hmac
from collections.abc import Callable, Mapping
from functools import partial

from connector.authenticators.port import Authenticator
from connector.delivery.deliver import Delivery
from connector.journey import answers as given
from connector.journey import updates as journey
from connector.journey.apply_result import FollowVerdict
from connector.journey.current_view import Standing
from connector.journey.record_outcome import RecordOutcome
from connector.journey.submit import TakeStep
from connector.journey.views import Ended, View, Waiting
from connector.journey.visit import Bearer, Here
from connector.session import ticket
from connector.session.authorisation import Authorisation, Outcome, Reason, Refused
from connector.session.callback import Callback
from connector.session.store import Store


class CompleteAuthorisation:
    """Every way in which a customer moves their journey on. All raise Refused where the session does not admit it."""

    def __init__(  # noqa: PLR0913 - its collaborators, and the two settings that bound a journey
        self,
        store: Store,
        authenticator: Authenticator,
        delivery: Delivery,
        statuses: Mapping[Outcome, str],
        clock: Callable[[], float],
        *,
        max_attempts: int = 5,
        patience: float = 8.0,
    ) -> None:
        self._store = store
        self._confirmation = authenticator.confirmation
        self._clock = clock
        self._record_outcome = RecordOutcome(store, delivery, statuses, clock)
        self._standing = Standing(self._record_outcome, max_attempts)
        follow = FollowVerdict(
            store, authenticator, self._record_outcome, self._standing, max_attempts=max_attempts, clock=clock
        )
        self._take_step = TakeStep(
            store, authenticator, follow, self._standing, max_attempts=max_attempts, patience=patience, clock=clock
        )

    def go_on(self, bearer: Bearer, step: int, here: Here) -> View:
        """Begin what the authenticator asks, on a page of ours, or begin it again."""
        if self._confirmation is None:
            return self._take_step.begin(bearer, step, here)
        move = journey.ask(
            bearer.authorisation_id,
            self._confirmation,
            proof=bearer.proof,
            step=step,
            refused=False,
            now=self._clock(),
        )
        try:
            return self._standing.shown(self._store.apply(move))
        except Refused as refused:
            return self._standing.after(refused, self._clock())

    def answer(self, bearer: Bearer, step: int, typed: Mapping[str, str], here: Here) -> View:
        """Have an answer looked at. A confirmation that is all the proof wanted is recorded at once."""
        if self._confirmation is None:
            return self._take_step.answer(bearer, step, typed, here)
        if step == 0 or given.missing(self._confirmation, given.tidy(self._confirmation, typed)):
            return self.look_again(bearer, here)
        return self._decide(bearer, Outcome.SUCCESS, step)

    def look_again(self, bearer: Bearer, here: Here) -> View:
        """Show where the journey stands, asking the authenticator where the customer waits for it."""
        found = self._found(bearer.authorisation_id)
        if not hmac.compare_digest(bearer.proof["ticket_hash"], found.ticket_hash or ""):
            raise Refused(Reason.NOT_MATCHING, found)
        if found.outcome is None and found.expires_at <= self._clock():
            raise Refused(Reason.EXPIRED, found)
        view = self._standing.now(found, self._clock())
        return self._take_step.look(found, view.wait, bearer, here) if isinstance(view, Waiting) else view

    def come_back(self, query: Mapping[str, str], here: Here) -> tuple[View, str]:
        """Take what the customer brought back from where they were sent; return their ticket too."""
        callback = Callback.parse(query.get("state", ""))
        if callback is None:
            raise Refused(Reason.UNKNOWN, None)
        return self._take_step.come_back(callback, query, here)

    def cancel(self, bearer: Bearer, here: Here) -> View:
        """Record that the customer does not want to go on."""
        view = self._decide(bearer, Outcome.CANCELLED)
        if isinstance(view, Ended) and view.authorisation.step > 0:
            self._take_step.call_off(view.authorisation, bearer, here)
        return view

    def look(self, authorisation_id: str, view: str) -> View:
        """Show where a decided session stands, delivering what is owed."""
        found = self._found(authorisation_id)
        if not ticket.may_view(found.ticket_hash, view):
            raise Refused(Reason.NOT_MATCHING, found)
        if found.outcome is None:
            raise Refused(Reason.EXPIRED if found.expires_at <= self._clock() else Reason.USED, found)
        return self._standing.now(found, self._clock())

    def _decide(self, bearer: Bearer, outcome: Outcome, step: int | None = None) -> View:
        bind = partial(journey.conclude, step=step)
        try:
            return self._standing.ended(self._record_outcome(bearer.authorisation_id, bearer.ticket, outcome, bind))
        except Refused as refused:
            return self._standing.after(refused, self._clock())

    def _found(self, authorisation_id: str) -> Authorisation:
        found = self._store.find(authorisation_id)
        if found is None:
            raise Refused(Reason.UNKNOWN, None)
        return found
