"""The customer drives the journey: begins, answers, waits, comes back, cancels.

Every answer takes the same way::

    claim ──> the authenticator is called ──> next prompt, or outcome, or release (the authenticator is unavailable)

One write claims the step, so that the authenticator gets each answer once. A second write under that claim records what
follows. A refused write is no error for the customer: the page shows the current step or the recorded outcome.
"""

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace

from connector.authenticators.port import (
    Answer,
    Answers,
    Authenticator,
    AuthenticatorUnavailableError,
    CameBack,
    SendTo,
    StillWaiting,
    Visit,
    Wait,
)
from connector.journey import updates
from connector.journey.current_view import current_step, current_view, ended
from connector.journey.dialogue import prompt, typed_answers
from connector.journey.dialogue.next_step import NO_ATTEMPT_LEFT, Conclusion, NextPrompt, next_step
from connector.journey.dialogue.visit import ClientContext, TicketHolder, visit_of
from connector.journey.record_outcome import RecordOutcome
from connector.journey.views import Interrupted, Prompted, SentTo, View, Waiting
from connector.session import ticket
from connector.session.authorisation import Authorisation, Outcome, Refusal, TransitionRefusedError
from connector.session.callback import Callback
from connector.session.conditions import NOTHING
from connector.session.store import Store
from connector.session.update import Lease

CLAIM_MARGIN_SECONDS = 5
"""How much longer a claim lasts than the authenticator may take: the time to record what follows."""


@dataclass(frozen=True, kw_only=True)
class CompleteAuthorisation:
    """Everything that a customer can do after the first page.

    Each method raises TransitionRefusedError where the session is unknown, expired or not the caller's, or where it
    began too often. After every other refused write it returns the current view.
    """

    store: Store
    authenticator: Authenticator
    check_account: Callable[[Authorisation, Conclusion], Conclusion]
    """Checks a success before it is recorded (`connector.journey.check_account`)."""
    record_outcome: RecordOutcome
    clock: Callable[[], float]
    max_attempts: int
    """How many refused answers end a journey."""
    max_begins: int
    """How often the authenticator may begin in one journey."""
    admit_begin: Callable[[str], bool]
    """Tells whether the authenticator may begin once more for an account, by the provider's own id of it."""
    authenticator_seconds: float
    """How long the authenticator may take for one call."""

    def begin(self, holder: TicketHolder, step: int, client: ClientContext) -> View:
        """Let the authenticator begin, or begin again."""
        try:
            return self._begin(holder, step, client)
        except TransitionRefusedError as refused:
            return self._view_after(refused, holder, client)

    def answer(self, holder: TicketHolder, step: int, typed: Mapping[str, str], client: ClientContext) -> View:
        """Pass on what the customer typed. An answer with a missing field is shown again and costs no attempt."""
        try:
            # An answer with a missing field is no reason for a write. The browser sends it blank, or sends none.
            if not typed or "" in map(str.strip, typed.values()):
                view = self._current_view(self._find_open(holder))
                if view.authorisation.step == step and (again := _incomplete(view, typed)):
                    return again
            claimed = self._claim(holder.authorisation_id, holder.proof, step)
            return self._answer(claimed, holder, typed, client)
        except TransitionRefusedError as refused:
            return self._view_after(refused, holder, client)

    def come_back(self, query: Mapping[str, str], client: ClientContext) -> tuple[View, str]:
        """Pass on the query with which another site sent the customer back. Return the session's ticket too."""
        callback = Callback.parse(query.get("state", ""), client.browser)
        if callback is None:
            raise TransitionRefusedError(Refusal.UNKNOWN, None)
        try:
            claimed = self._claim(callback.authorisation_id, callback.proof, callback.step)
            holder = TicketHolder(callback.authorisation_id, callback.ticket_of(claimed))
        except TransitionRefusedError as refused:
            if refused.reason is Refusal.NOT_MATCHING:
                raise
            holder = TicketHolder(callback.authorisation_id, callback.ticket_of(refused.authorisation))
            return self._view_after(refused, holder, client), holder.ticket
        try:
            return self._call_authenticator(claimed, holder, client, CameBack(query)), holder.ticket
        except TransitionRefusedError as refused:
            return self._view_after(refused, holder, client), holder.ticket

    def refresh(self, holder: TicketHolder, client: ClientContext) -> View:
        """Return the current view. Where the customer waits for something elsewhere, the authenticator is called first.

        That needs no claim: the authenticator may get the same poll twice. It gets one poll a second (`updates.poll`).
        """
        session = self._find_open(holder)
        view = self._current_view(session)
        if not isinstance(view, Waiting):
            return view
        poll = updates.poll(session, holder.proof, now=self.clock())
        if poll is None:
            return view
        try:
            return self._call_authenticator(self.store.apply(poll), holder, client, StillWaiting())
        except TransitionRefusedError as refused:
            return self._view_after(refused, holder, client)

    def refresh_outcome(self, authorisation_id: str, view_key: str) -> View:
        """Return the recorded outcome to a caller who holds the session's view key (`connector.session.ticket`)."""
        session = self._find(authorisation_id)
        if not ticket.may_view(session.ticket_hash, view_key):
            raise TransitionRefusedError(Refusal.NOT_MATCHING, session)
        if session.outcome is None:
            expired = session.expires_at <= self.clock()
            raise TransitionRefusedError(Refusal.EXPIRED if expired else Refusal.USED, session)
        return self._current_view(session)

    def cancel(self, holder: TicketHolder, client: ClientContext) -> View:
        """Record that the customer does not want to go on."""
        try:
            decided = self.record_outcome(holder, Conclusion(Outcome.CANCELLED))
        except TransitionRefusedError as refused:
            return self._view_after(refused, holder, client)
        if decided.step > 0:
            self._cancel_at_authenticator(visit_of(decided, holder, client, None))
        return ended(decided)

    # Claim the step, call the authenticator, record what follows. All raise TransitionRefusedError.

    def _begin(self, holder: TicketHolder, step: int, client: ClientContext) -> View:
        claimed = self._claim(holder.authorisation_id, holder.proof, step, max_begins=self.max_begins)
        if not self.admit_begin(claimed.external_id or ""):
            raise TransitionRefusedError(Refusal.NO_BEGINS_LEFT, self._release(claimed))
        return self._call_authenticator(claimed, holder, client, None)

    def _claim(
        self, authorisation_id: str, proof: Mapping[str, str], step: int, *, max_begins: int | None = None
    ) -> Authorisation:
        now = self.clock()
        claim = updates.claim(
            authorisation_id,
            proof,
            step=step,
            lease=Lease.until_after(self.authenticator_seconds + CLAIM_MARGIN_SECONDS, now),
            max_attempts=self.max_attempts,
            max_begins=max_begins,
            now=now,
        )
        return self.store.apply(claim)

    def _answer(
        self, claimed: Authorisation, holder: TicketHolder, typed: Mapping[str, str], client: ClientContext
    ) -> View:
        step = self._current_step(claimed)
        again = _incomplete(step, typed)
        if again or not isinstance(step, Prompted):
            return replace(again or step, authorisation=self._release(claimed))
        answers = typed_answers.normalise(step.ask, typed)
        view = self._call_authenticator(claimed, holder, client, Answers(answers))
        if not isinstance(view, Prompted) or not view.ask.refuses:
            return view
        return replace(view, typed=typed_answers.without_secrets(step.ask, answers))

    def _call_authenticator(
        self, session: Authorisation, holder: TicketHolder, client: ClientContext, answer: Answer | None
    ) -> View:
        visit = visit_of(session, holder, client, answer)
        if session.unheard not in (None, visit.key):
            session = self.store.apply(updates.count_unheard(session, now=self.clock()))
            if session.attempts >= self.max_attempts:
                return self._conclude(session, holder, visit, NO_ATTEMPT_LEFT)
        try:
            result = self.authenticator.begin(visit) if answer is None else self.authenticator.resume(visit, answer)
        except AuthenticatorUnavailableError:
            again = "refresh" if isinstance(answer, Answers | StillWaiting) else "continue"
            return Interrupted(self._release(session, visit.key if isinstance(answer, Answers) else None), again)
        if isinstance(answer, StillWaiting) and isinstance(result, Wait) and _changes_nothing(result, session):
            return Waiting(session, result)
        match next_step(session, result, max_attempts=self.max_attempts):
            case Conclusion() as conclusion:
                return self._conclude(session, holder, visit, conclusion)
            case NextPrompt() as following:
                return self._ask(session, holder, Callback.parse(visit.callback_state, client.browser), following)

    def _release(self, session: Authorisation, unheard: str | None = None) -> Authorisation:
        if session.lease is None:
            return session
        return self.store.apply(updates.release(session, unheard=unheard, now=self.clock()))

    def _ask(
        self, session: Authorisation, holder: TicketHolder, callback: Callback | None, following: NextPrompt
    ) -> View:
        sent_to = following.prompt if isinstance(following.prompt, SendTo) else None
        ask = updates.ask(
            session,
            following,
            proof=_proof(session, holder),
            now=self.clock(),
            callback=callback.stored(holder.ticket) if sent_to and callback else NOTHING,
        )
        after = self.store.apply(ask)
        return SentTo(after, sent_to.url) if sent_to else self._current_step(after)

    def _conclude(self, session: Authorisation, holder: TicketHolder, visit: Visit, conclusion: Conclusion) -> View:
        conclusion = self.check_account(session, conclusion)
        decided = self.record_outcome(holder, conclusion, step=session.step, proof=_proof(session, holder))
        if conclusion.by_connector:
            self._cancel_at_authenticator(visit)
        return ended(decided)

    def _cancel_at_authenticator(self, visit: Visit) -> None:
        # An authenticator that is unavailable forgets the journey at `Visit.expires_at`.
        with suppress(AuthenticatorUnavailableError):
            self.authenticator.cancel(visit)

    # What the customer sees.

    def _view_after(self, refused: TransitionRefusedError, holder: TicketHolder, client: ClientContext) -> View:
        """Return the current view. Raise the refusal again where the session is expired or not the caller's."""
        session, reason = refused.authorisation, refused.reason
        if session is None or reason is Refusal.EXPIRED:
            raise refused
        # The caller has another session's ticket; or the claim ended before its result could be recorded.
        if reason is Refusal.NOT_MATCHING and not holder.holds_ticket_of(session):
            raise refused
        if reason is Refusal.NO_BEGINS_LEFT:
            raise refused
        if reason in {Refusal.NO_ATTEMPTS_LEFT, Refusal.NO_UPDATES_LEFT}:
            # The deployer has lowered the number of attempts since the last answer; or no customer acts like this.
            return self._end_for_attempts(session, holder, client)
        return self._current_view(session)

    def _end_for_attempts(self, session: Authorisation, holder: TicketHolder, client: ClientContext) -> View:
        # The session was found with the claim of another caller, if any. This caller's proof is the ticket.
        found = replace(session, lease=None)
        try:
            return self._conclude(found, holder, visit_of(found, holder, client, None), NO_ATTEMPT_LEFT)
        except TransitionRefusedError as refused:
            return self._view_after(refused, holder, client)

    def _current_view(self, session: Authorisation) -> View:
        if session.outcome is not None:
            session = self.record_outcome.deliver_if_due(session)
        return current_view(session, max_attempts=self.max_attempts, now=self.clock())

    def _current_step(self, session: Authorisation) -> View:
        return current_step(session, max_attempts=self.max_attempts)

    def _find_open(self, holder: TicketHolder) -> Authorisation:
        """Return the ticket holder's session, which may have ended. Raise TransitionRefusedError."""
        session = self._find(holder.authorisation_id)
        if not holder.holds_ticket_of(session):
            raise TransitionRefusedError(Refusal.NOT_MATCHING, session)
        if session.outcome is None and session.expires_at <= self.clock():
            raise TransitionRefusedError(Refusal.EXPIRED, session)
        return session

    def _find(self, authorisation_id: str) -> Authorisation:
        session = self.store.find(authorisation_id)
        if session is None:
            raise TransitionRefusedError(Refusal.UNKNOWN, None)
        return session


def _proof(session: Authorisation, holder: TicketHolder) -> dict[str, str]:
    """Return what shows that a write is the caller's: the claim; without a claim, the ticket."""
    return {"lease": session.lease} if session.lease else holder.proof


def _incomplete(view: View, typed: Mapping[str, str]) -> Prompted | None:
    """Return the prompt with the fields that lack a usable answer; None where no field does, or nothing is asked."""
    if not isinstance(view, Prompted):
        return None
    answers = typed_answers.normalise(view.ask, typed)
    missing = typed_answers.missing(view.ask, answers)
    return replace(view, missing=missing, typed=typed_answers.without_secrets(view.ask, answers)) if missing else None


def _changes_nothing(wait: Wait, session: Authorisation) -> bool:
    return prompt.write(wait) == session.prompt and wait.memory in {"", session.memory}
