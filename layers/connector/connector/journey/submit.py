"""One answer of the customer: claim it, have the authenticator look at it, record what follows."""

from collections.abc import Callable, Mapping
from dataclasses import replace

from connector.authenticators.port import Answer, Answers, Ask, Authenticator, CameBack, LookedAgain, Unavailable, Wait
from connector.journey import answers as given
from connector.journey import prompt as asked
from connector.journey import updates as journey
from connector.journey.apply_result import FollowVerdict
from connector.journey.current_view import Standing
from connector.journey.views import Asked, Interrupted, View
from connector.journey.visit import Bearer, Here, visit_of
from connector.session import updates as moves
from connector.session.authorisation import Authorisation, Reason, Refused
from connector.session.callback import Callback
from connector.session.store import Store
from connector.session.transition import Move


class TakeStep:
    """Asks the authenticator about an answer, once for each answer."""

    MARGIN_SECONDS = 5
    """How much longer than the authenticator may take a claim lasts, so that what follows can be recorded under it."""

    def __init__(  # noqa: PLR0913 - its collaborators and the two settings that bound it
        self,
        store: Store,
        authenticator: Authenticator,
        follow: FollowVerdict,
        standing: Standing,
        *,
        max_attempts: int,
        patience: float,
        clock: Callable[[], float],
    ) -> None:
        self._store = store
        self._authenticator = authenticator
        self._follow = follow
        self._standing = standing
        self._max_attempts = max_attempts
        self._patience = patience
        self._clock = clock

    def begin(self, bearer: Bearer, step: int, here: Here) -> View:
        """Have the authenticator begin, or begin again. Raise Refused."""
        try:
            claimed = self._store.apply(self._claim(bearer.authorisation_id, bearer.proof, step))
        except Refused as refused:
            return self._refused(refused, bearer, here)
        return self._consult(claimed, bearer, here, None)

    def answer(self, bearer: Bearer, step: int, typed: Mapping[str, str], here: Here) -> View:
        """Have the authenticator look at what the customer typed. Raise Refused."""
        try:
            claimed = self._store.apply(self._claim(bearer.authorisation_id, bearer.proof, step))
        except Refused as refused:
            return self._refused(refused, bearer, here)
        ask = asked.read(claimed.asked) if claimed.asked else None
        if not isinstance(ask, Ask):
            return self._given_back(claimed, self._standing.shown_or_begun)
        answers = given.tidy(ask, typed)
        shown = given.showable(ask, answers)
        if missing := given.missing(ask, answers):
            left = self._max_attempts - claimed.attempts
            return self._given_back(claimed, lambda session: Asked(session, ask, left, missing, shown))
        view = self._consult(claimed, bearer, here, Answers(answers))
        return replace(view, typed=shown) if isinstance(view, Asked) and view.ask.refuses else view

    def come_back(self, callback: Callback, query: Mapping[str, str], here: Here) -> tuple[View, str]:
        """Have the authenticator look at what the customer brought back; return their ticket too. Raise Refused."""
        try:
            claimed = self._store.apply(self._claim(callback.authorisation_id, callback.proof, callback.step))
        except Refused as refused:
            if refused.reason is Reason.NOT_MATCHING:
                raise
            bearer = Bearer(callback.authorisation_id, callback.ticket_of(refused.authorisation))
            return self._refused(refused, bearer, here), bearer.ticket
        bearer = Bearer(callback.authorisation_id, callback.ticket_of(claimed))
        return self._consult(claimed, bearer, here, CameBack(query)), bearer.ticket

    def look(self, found: Authorisation, wait: Wait, bearer: Bearer, here: Here) -> View:
        """Look whether what the customer waits for has happened. It needs no claim: looking twice does no harm."""
        return self._consult(found, bearer, here, LookedAgain(), since=wait)

    def call_off(self, ended: Authorisation, bearer: Bearer, here: Here) -> None:
        """Let the authenticator know that the journey is over, if it can be told."""
        self._follow.call_off(visit_of(ended, bearer, here, None))

    def _refused(self, refused: Refused, bearer: Bearer, here: Here) -> View:
        if refused.reason is Reason.EXHAUSTED and refused.authorisation:
            return self._follow.exhausted(
                refused.authorisation, visit_of(refused.authorisation, bearer, here, None), bearer
            )
        return self._standing.after(refused, self._clock())

    def _claim(self, authorisation_id: str, proof: Mapping[str, str], step: int) -> Move:
        now = self._clock()
        lease = moves.Lease.until_after(self._patience + self.MARGIN_SECONDS, now)
        return journey.claim(authorisation_id, proof, step=step, lease=lease, max_attempts=self._max_attempts, now=now)

    def _consult(
        self, session: Authorisation, bearer: Bearer, here: Here, answer: Answer | None, since: Wait | None = None
    ) -> View:
        visit = visit_of(session, bearer, here, answer)
        try:
            verdict = self._authenticator.begin(visit) if answer is None else self._authenticator.resume(visit, answer)
        except Unavailable:
            again = "look" if isinstance(answer, Answers | LookedAgain) else "continue"
            return self._given_back(session, lambda session: Interrupted(session, again))
        return self._follow(session, verdict, visit, bearer, since)

    def _given_back(self, claimed: Authorisation, view: Callable[[Authorisation], View]) -> View:
        if claimed.lease is None:
            return view(claimed)
        try:
            return view(self._store.apply(journey.release(claimed, now=self._clock())))
        except Refused as refused:
            return self._standing.after(refused, self._clock(), proved=True)
