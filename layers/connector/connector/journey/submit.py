"""One answer of the customer: claim it, have the authenticator look at it, record what follows."""

from collections.abc import Callable, Mapping
from dataclasses import replace

from connector.authenticators.port import (
    Answer,
    Answers,
    Ask,
    Authenticator,
    AuthenticatorUnavailableError,
    CameBack,
    LookedAgain,
    Wait,
)
from connector.journey import answers as given
from connector.journey import prompt
from connector.journey import updates as journey
from connector.journey.apply_result import ApplyResult
from connector.journey.current_view import CurrentView
from connector.journey.views import Interrupted, Prompted, View
from connector.journey.visit import ClientContext, TicketHolder, visit_of
from connector.session import updates
from connector.session.authorisation import Authorisation, Reason, TransitionRefusedError
from connector.session.callback import Callback
from connector.session.store import Store
from connector.session.transition import Update


class SubmitAnswer:
    """Asks the authenticator about an answer, once for each answer."""

    MARGIN_SECONDS = 5
    """How much longer than the authenticator may take a claim lasts, so that what follows can be recorded under it."""

    def __init__(  # noqa: PLR0913 - its collaborators and the two settings that bound it
        self,
        store: Store,
        authenticator: Authenticator,
        follow: ApplyResult,
        standing: CurrentView,
        *,
        max_attempts: int,
        authenticator_seconds: float,
        clock: Callable[[], float],
    ) -> None:
        self._store = store
        self._authenticator = authenticator
        self._follow = follow
        self._standing = standing
        self._max_attempts = max_attempts
        self._authenticator_seconds = authenticator_seconds
        self._clock = clock

    def begin(self, holder: TicketHolder, step: int, client: ClientContext) -> View:
        """Have the authenticator begin, or begin again. Raise TransitionRefusedError."""
        try:
            claimed = self._store.apply(self._claim(holder.authorisation_id, holder.proof, step))
        except TransitionRefusedError as refused:
            return self._refused(refused, holder, client)
        return self._consult(claimed, holder, client, None)

    def answer(self, holder: TicketHolder, step: int, typed: Mapping[str, str], client: ClientContext) -> View:
        """Have the authenticator look at what the customer typed. Raise TransitionRefusedError."""
        try:
            claimed = self._store.apply(self._claim(holder.authorisation_id, holder.proof, step))
        except TransitionRefusedError as refused:
            return self._refused(refused, holder, client)
        ask = prompt.read(claimed.prompt) if claimed.prompt else None
        if not isinstance(ask, Ask):
            return self._given_back(claimed, self._standing.shown_or_begun)
        answers = given.tidy(ask, typed)
        shown = given.showable(ask, answers)
        if missing := given.missing(ask, answers):
            left = self._max_attempts - claimed.attempts
            return self._given_back(claimed, lambda session: Prompted(session, ask, left, missing, shown))
        view = self._consult(claimed, holder, client, Answers(answers))
        return replace(view, typed=shown) if isinstance(view, Prompted) and view.ask.refuses else view

    def come_back(self, callback: Callback, query: Mapping[str, str], client: ClientContext) -> tuple[View, str]:
        """Have the authenticator look at what the customer brought back; return their ticket too. Raise TransitionRefusedError."""
        try:
            claimed = self._store.apply(self._claim(callback.authorisation_id, callback.proof, callback.step))
        except TransitionRefusedError as refused:
            if refused.reason is Reason.NOT_MATCHING:
                raise
            holder = TicketHolder(callback.authorisation_id, callback.ticket_of(refused.authorisation))
            return self._refused(refused, holder, client), holder.ticket
        holder = TicketHolder(callback.authorisation_id, callback.ticket_of(claimed))
        return self._consult(claimed, holder, client, CameBack(query)), holder.ticket

    def look(self, found: Authorisation, wait: Wait, holder: TicketHolder, client: ClientContext) -> View:
        """Look whether what the customer waits for has happened. It needs no claim: looking twice does no harm."""
        return self._consult(found, holder, client, LookedAgain(), since=wait)

    def call_off(self, ended: Authorisation, holder: TicketHolder, client: ClientContext) -> None:
        """Let the authenticator know that the journey is over, if it can be told."""
        self._follow.call_off(visit_of(ended, holder, client, None))

    def _refused(self, refused: TransitionRefusedError, holder: TicketHolder, client: ClientContext) -> View:
        if refused.reason is Reason.EXHAUSTED and refused.authorisation:
            return self._follow.exhausted(
                refused.authorisation, visit_of(refused.authorisation, holder, client, None), holder
            )
        return self._standing.after(refused, self._clock())

    def _claim(self, authorisation_id: str, proof: Mapping[str, str], step: int) -> Update:
        now = self._clock()
        lease = updates.Lease.until_after(self._authenticator_seconds + self.MARGIN_SECONDS, now)
        return journey.claim(authorisation_id, proof, step=step, lease=lease, max_attempts=self._max_attempts, now=now)

    def _consult(
        self,
        session: Authorisation,
        holder: TicketHolder,
        client: ClientContext,
        answer: Answer | None,
        since: Wait | None = None,
    ) -> View:
        visit = visit_of(session, holder, client, answer)
        try:
            result = self._authenticator.begin(visit) if answer is None else self._authenticator.resume(visit, answer)
        except AuthenticatorUnavailableError:
            again = "look" if isinstance(answer, Answers | LookedAgain) else "continue"
            return self._given_back(session, lambda session: Interrupted(session, again))
        return self._follow(session, result, visit, holder, since)

    def _given_back(self, claimed: Authorisation, view: Callable[[Authorisation], View]) -> View:
        if claimed.lease is None:
            return view(claimed)
        try:
            return view(self._store.apply(journey.release(claimed, now=self._clock())))
        except TransitionRefusedError as refused:
            return self._standing.after(refused, self._clock(), proved=True)
