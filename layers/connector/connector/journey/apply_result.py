"""What follows from what an authenticator says: the next step, or the outcome."""

from collections.abc import Callable
from contextlib import suppress
from functools import partial

from connector.authenticators.port import (
    Ask,
    Authenticator,
    AuthenticatorResult,
    AuthenticatorUnavailableError,
    CalledOff,
    Denied,
    Granted,
    SendTo,
    Visit,
    Wait,
)
from connector.journey import prompt
from connector.journey import updates as journey
from connector.journey.current_view import CurrentView
from connector.journey.prompt import Prompt
from connector.journey.record_outcome import RecordOutcome
from connector.journey.views import SentTo, View, Waiting
from connector.journey.visit import TicketHolder
from connector.session.authorisation import Authorisation, Outcome, TransitionRefusedError
from connector.session.callback import Callback
from connector.session.store import Store

_NO_MORE = Denied(final=True)


class ApplyResult:
    """Records it, bound to the step and to the claim under which the authenticator was asked."""

    def __init__(  # noqa: PLR0913 - its collaborators, and the one setting that is its own
        self,
        store: Store,
        authenticator: Authenticator,
        record_outcome: RecordOutcome,
        standing: CurrentView,
        *,
        max_attempts: int,
        clock: Callable[[], float],
    ) -> None:
        self._store = store
        self._authenticator = authenticator
        self._record_outcome = record_outcome
        self._standing = standing
        self._max_attempts = max_attempts
        self._clock = clock

    def __call__(
        self,
        session: Authorisation,
        result: AuthenticatorResult,
        visit: Visit,
        holder: TicketHolder,
        since: Wait | None,
    ) -> View:
        """Follow it. `since` is what the customer has been waiting for, if they have. Raise TransitionRefusedError: expired."""
        if since and isinstance(result, Wait) and _the_same(result, session):
            return Waiting(session, result)
        try:
            return self._follow(session, result, visit, holder)
        except TransitionRefusedError as refused:
            # Another answer, another tab or a cancellation was quicker. The claim has shown that the session is theirs.
            return self._standing.after(refused, self._clock(), proved=True)

    def exhausted(self, session: Authorisation, visit: Visit, holder: TicketHolder) -> View:
        """End a journey that has no attempt left, since the deployer has lowered their number."""
        try:
            view = self._decide(session, holder, Outcome.FAILED, reason="attempts", denied=_NO_MORE)
        except TransitionRefusedError as refused:
            return self._standing.after(refused, self._clock(), proved=True)
        self.call_off(visit)
        return view

    def call_off(self, visit: Visit) -> None:
        """Let the authenticator know that the journey is over. Who cannot be told will find out by its end."""
        if self._authenticator.confirmation is None:
            with suppress(AuthenticatorUnavailableError):
                self._authenticator.cancel(visit)

    def _follow(self, session: Authorisation, result: AuthenticatorResult, visit: Visit, holder: TicketHolder) -> View:
        decide = partial(self._decide, session, holder)
        match result:
            case Granted(external_ids) if session.external_id in external_ids:
                return decide(Outcome.SUCCESS, owner=session.external_id)
            case Granted():
                view = decide(Outcome.FAILED, reason="wrong_owner", denied=_NO_MORE)
            case CalledOff():
                return decide(Outcome.CANCELLED)
            case Denied(final=True):
                return decide(Outcome.FAILED, reason="denied", denied=result)
            case Denied() | Ask() | Wait() | SendTo():
                refused = isinstance(result, Denied) or (isinstance(result, Ask) and result.refuses)
                if not refused or session.attempts + 1 < self._max_attempts:
                    return self._go_on(session, result, visit, holder, refused=refused)
                view = decide(Outcome.FAILED, reason="attempts", denied=_NO_MORE)
        self.call_off(visit)
        return view

    def _go_on(
        self, session: Authorisation, shown: Prompt, visit: Visit, holder: TicketHolder, *, refused: bool
    ) -> View:
        callback = Callback.parse(visit.callback_state) if isinstance(shown, SendTo) else None
        update = journey.ask(
            session.authorisation_id,
            shown,
            proof=_proof(session, holder),
            step=session.step,
            refused=refused,
            now=self._clock(),
            also=callback.kept(holder.ticket) if callback else {},
        )
        after = self._store.apply(update)
        return SentTo(after, shown.url) if isinstance(shown, SendTo) else self._standing.shown(after)

    def _decide(  # noqa: PLR0913 - the outcome, why, and what must hold are one write
        self,
        session: Authorisation,
        holder: TicketHolder,
        outcome: Outcome,
        *,
        owner: str | None = None,
        reason: str | None = None,
        denied: Denied | None = None,
    ) -> View:
        also = _proof(session, holder) | ({"external_id": owner} if owner is not None else {})
        bind = partial(journey.conclude, step=session.step, also=also, reason=reason, denied=denied)
        ended = self._record_outcome(session.authorisation_id, holder.ticket, outcome, bind)
        return self._standing.ended(ended)


def _proof(session: Authorisation, holder: TicketHolder) -> dict[str, str]:
    """Return what only the holder of the claim knows; a mere look has none, and goes by the ticket."""
    return {"lease": session.lease} if session.lease else holder.proof


def _the_same(wait: Wait, session: Authorisation) -> bool:
    return prompt.write(wait) == session.prompt and wait.memory in {"", session.memory}
