"""Banking Service asks for a page: claim the session and begin the customer's journey."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from connector.aws.errors import ServiceUnavailableError
from connector.session import ticket, updates
from connector.session.authorisation import Authorisation, Reason, TransitionRefusedError, canonical_id
from connector.session.store import Store
from connector.web.redirect import AllowedOrigins, RedirectNotAllowedError

LONGEST = 256
"""Characters of a parameter other than the URL; Sage's are UUIDs, a provider's own ids may be anything short."""


class InvalidQueryError(ValueError):
    """The query is not what Sage documents. `parameters` names what is wrong with it."""

    def __init__(self, parameters: Sequence[str]) -> None:
        super().__init__(f"missing or invalid: {', '.join(parameters)}")
        self.parameters = tuple(parameters)


@dataclass(frozen=True, slots=True, kw_only=True)
class AuthrefreshQuery:
    """GET /authrefresh's parameters. `bankaccount` is recorded and never a reason to refuse."""

    authorisation_id: str
    redirect_uri: str
    state: str
    external_id: str
    bank_account: str | None


@dataclass(frozen=True, slots=True)
class Started:
    """The journey has begun: the session, and the ticket that its pages carry."""

    authorisation: Authorisation
    ticket: str


class StartJourney:
    """Claim the session for the first caller. Every later one is told that it is used."""

    STEP_SECONDS = 0.2

    def __init__(
        self,
        store: Store,
        grace_seconds: float,
        clock: Callable[[], float],
        pause: Callable[[float], None],
    ) -> None:
        self._store = store
        self._grace_seconds = grace_seconds
        self._clock = clock
        self._pause = pause

    def __call__(self, query: AuthrefreshQuery) -> Started:
        """Open the session. Raise TransitionRefusedError: unknown, used or expired.

        A notification may still be on its way, so an unknown id is looked for again for a moment.
        """
        give_up_at = self._clock() + self._grace_seconds
        while True:
            try:
                return self._open(query)
            except TransitionRefusedError as refused:
                if refused.reason is not Reason.UNKNOWN or self._clock() + self.STEP_SECONDS > give_up_at:
                    raise
            self._pause(self.STEP_SECONDS)

    def _open(self, query: AuthrefreshQuery) -> Started:
        minted = ticket.mint()
        update = updates.open_session(
            query.authorisation_id,
            external_id=query.external_id,
            bank_account=query.bank_account,
            redirect_uri=query.redirect_uri,
            sage_state=query.state,
            ticket=minted,
            now=self._clock(),
        )
        try:
            return Started(self._store.apply(update), minted)
        except ServiceUnavailableError:
            # Should the write have taken effect, nobody but this request has the ticket: the session would be used up
            # by its own page. The same move once more either makes it or finds that it was made.
            return Started(self._store.apply(update), minted)


def read_query(only: Callable[[str], str | None], allowed: AllowedOrigins) -> AuthrefreshQuery:
    """Read the parameters; `only` returns one that was given just once. Raise InvalidQueryError.

    Everything is checked before anything is stored, the redirect above all.
    """
    values = {name: only(name) or "" for name in ("authorisation_id", "redirect_uri", "state", "externalId")}
    session = canonical_id(values["authorisation_id"])
    faults = [name for name in ("state", "externalId") if not _is_plain(values[name])]
    if session is None:
        faults.append("authorisation_id")
    try:
        allowed.check(values["redirect_uri"])
    except RedirectNotAllowedError:
        faults.append("redirect_uri")
    if faults or session is None:
        raise InvalidQueryError(faults)
    bank_account = only("bankaccount")
    return AuthrefreshQuery(
        authorisation_id=session,
        redirect_uri=values["redirect_uri"],
        state=values["state"],
        external_id=values["externalId"],
        bank_account=bank_account if bank_account and _is_plain(bank_account) else None,
    )


def _is_plain(text: str) -> bool:
    return 0 < len(text) <= LONGEST and text.isprintable()
