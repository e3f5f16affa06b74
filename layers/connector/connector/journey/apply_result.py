"""What follows from what an authenticator says: the next step, or the outcome."""

from collections.abc import Callable
from contextlib import suppress
from functools import partial

from connector.authenticators.port import (
    Ask,
    Authenticator,
    CalledOff,
    Denied,
    Granted,
    SendTo,
    Unavailable,
    Verdict,
    Visit,
    Wait,
)
from connector.journey import prompt as asked
from connector.journey import updates as journey
from connector.journey.current_view import Standing
from connector.journey.prompt import Shown
from connector.journey.record_outcome import RecordOutcome
from connector.journey.views import SentTo, View, Waiting
from connector.journey.visit import Bearer
from connector.session.authorisation import Authorisation, Outcome, Refused
from connector.session.callback import Callback
from connector.session.store import Store

_NO_MORE = Denied(final=True)


class FollowVerdict:
    """Records it, bound to the step and to the claim under which the authenticator was asked."""

    def __init__(  # noqa: PLR0913 - its collaborators, and the one setting that is its own
        self,
        store: Store,
        authenticator: Authenticator,
        record_outcome: RecordOutcome,
        standing: Standing,
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
        self, session: Authorisation, verdict: Verdict, visit: Visit, bearer: Bearer, since: Wait | None
    ) -> View:
        """Follow it. `since` is what the customer has been waiting for, if they have. Raise Refused: expired."""
        if since and isinstance(verdict, Wait) and _the_same(verdict, session):
            return Waiting(session, verdict)
        try:
            return self._follow(session, verdict, visit, bearer)
        except Refused as refused:
            # Another answer, another tab or a cancellation was quicker. The claim has shown that the session is theirs.
            return self._standing.after(refused, self._clock(), proved=True)

    def exhausted(self, session: Authorisation, visit: Visit, bearer: Bearer) -> View:
        """End a journey that has no attempt left, since the deployer has lowered their number."""
        try:
            view = self._decide(session, bearer, Outcome.FAILED, because="attempts", denied=_NO_MORE)
        except Refused as refused:
            return self._standing.after(refused, self._clock(), proved=True)
        self.call_off(visit)
        return view

    def call_off(self, visit: Visit) -> None:
        """Let the authenticator know that the journey is over. Who cannot be told will find out by its end."""
        if self._authenticator.confirmation is None:
            with suppress(Unavailable):
                self._authenticator.cancel(visit)

    def _follow(self, session: Authorisation, verdict: Verdict, visit: Visit, bearer: Bearer) -> View:
        decide = partial(self._decide, session, bearer)
        match verdict:
            case Granted(external_ids) if session.external_id in external_ids:
                return decide(Outcome.SUCCESS, owner=session.external_id)
            case Granted():
                view = decide(Outcome.FAILED, because="wrong_owner", denied=_NO_MORE)
            case CalledOff():
                return decide(Outcome.CANCELLED)
            case Denied(final=True):
                return decide(Outcome.FAILED, because="denied", denied=verdict)
            case Denied() | Ask() | Wait() | SendTo():
                refused = isinstance(verdict, Denied) or (isinstance(verdict, Ask) and verdict.refuses)
                if not refused or session.attempts + 1 < self._max_attempts:
                    return self._go_on(session, verdict, visit, bearer, refused=refused)
                view = decide(Outcome.FAILED, because="attempts", denied=_NO_MORE)
        self.call_off(visit)
        return view

    def _go_on(self, session: Authorisation, shown: Shown, visit: Visit, bearer: Bearer, *, refused: bool) -> View:
        callback = Callback.parse(visit.callback_state) if isinstance(shown, SendTo) else None
        move = journey.ask(
            session.authorisation_id,
            shown,
            proof=_proof(session, bearer),
            step=session.step,
            refused=refused,
            now=self._clock(),
            also=callback.kept(bearer.ticket) if callback else {},
        )
        after = self._store.apply(move)
        return SentTo(after, shown.url) if isinstance(shown, SendTo) else self._standing.shown(after)

    def _decide(  # noqa: PLR0913 - the outcome, why, and what must hold are one write
        self,
        session: Authorisation,
        bearer: Bearer,
        outcome: Outcome,
        *,
        owner: str | None = None,
        because: str | None = None,
        denied: Denied | None = None,
    ) -> View:
        also = _proof(session, bearer) | ({"external_id": owner} if owner is not None else {})
        bind = partial(journey.conclude, step=session.step, also=also, because=because, denied=denied)
        ended = self._record_outcome(session.authorisation_id, bearer.ticket, outcome, bind)
        return self._standing.ended(ended)


def _proof(session: Authorisation, bearer: Bearer) -> dict[str, str]:
    """Return what only the holder of the claim knows; a mere look has none, and goes by the ticket."""
    return {"lease": session.lease} if session.lease else bearer.proof


def _the_same(wait: Wait, session: Authorisation) -> bool:
    return asked.write(wait) == session.asked and wait.memory in {"", session.memory}
