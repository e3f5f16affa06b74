"""GET /authrefresh claims the session and begins the customer's journey."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Self

from connector.aws.errors import ServiceUnavailableError
from connector.session import ticket as tickets
from connector.session.authorisation import Authorisation, Refusal, TransitionRefusedError, canonical_id
from connector.session.store import Store
from connector.session.transitions import OPEN
from connector.session.update import Update
from connector.web.redirect import AllowedOrigins, return_url

LONGEST_PARAMETER = 256
"""Characters of a parameter other than the URL. Sage's are UUIDs; a provider's own ids may be any short text."""

BACK_OFF = (1, 2, 4)
"""The pauses before the reads of a session whose notification has not arrived yet, as parts of the whole wait."""


class InvalidQueryError(ValueError):
    """The query is not as Sage documents it. `parameters` names the missing or invalid ones."""

    def __init__(self, parameters: Sequence[str]) -> None:
        super().__init__(f"missing or invalid: {', '.join(parameters)}")
        self.parameters = tuple(parameters)


@dataclass(frozen=True, slots=True, kw_only=True)
class AuthrefreshQuery:
    """GET /authrefresh's parameters. `bankaccount` is recorded and never a reason to refuse."""

    authorisation_id: str
    redirect_uri: str
    sage_state: str
    external_id: str
    bank_account: str | None

    @classmethod
    def read(cls, only: Callable[[str], str | None], allowed: AllowedOrigins) -> Self:
        """Read the parameters; `only` returns one that was given just once. Raise InvalidQueryError.

        Everything is checked before anything is stored, the redirect above all.
        """
        values = {name: only(name) or "" for name in ("authorisation_id", "redirect_uri", "state", "externalId")}
        authorisation_id = canonical_id(values["authorisation_id"])
        invalid = [name for name in ("state", "externalId") if not _is_plain(values[name])]
        if authorisation_id is None:
            invalid.append("authorisation_id")
        if not allowed.allows(values["redirect_uri"]):
            invalid.append("redirect_uri")
        if invalid or authorisation_id is None:
            raise InvalidQueryError(invalid)
        bank_account = only("bankaccount")
        return cls(
            authorisation_id=authorisation_id,
            redirect_uri=values["redirect_uri"],
            sage_state=values["state"],
            external_id=values["externalId"],
            bank_account=bank_account if bank_account and _is_plain(bank_account) else None,
        )

    @property
    def return_url(self) -> str:
        """Where the customer came from: `redirect_uri` with `state`."""
        return return_url(self.redirect_uri, self.sage_state)


@dataclass(frozen=True, slots=True)
class Started:
    """The journey has begun: the session, and the ticket that its pages carry."""

    authorisation: Authorisation
    ticket: str


@dataclass(frozen=True, slots=True)
class StartJourney:
    """Claim the session for the first caller. Every later caller is refused: the session is used."""

    store: Store
    grace_seconds: float
    """How long to wait for a notification that is still on its way."""
    clock: Callable[[], float]
    pause: Callable[[float], None]

    def __call__(self, query: AuthrefreshQuery) -> Started:
        """Open the session. Raise TransitionRefusedError: unknown, used or expired."""
        try:
            return self._open(query)
        except TransitionRefusedError as refused:
            if refused.reason is not Refusal.UNKNOWN or not self._arrives(query.authorisation_id):
                raise
        return self._open(query)

    def _arrives(self, authorisation_id: str) -> bool:
        """Wait for the notification; tell whether it arrived. An id that a stranger made up costs three reads."""
        for part in BACK_OFF if self.grace_seconds else ():
            self.pause(self.grace_seconds * part / sum(BACK_OFF))
            if self.store.find(authorisation_id):
                return True
        return False

    def _open(self, query: AuthrefreshQuery) -> Started:
        minted = tickets.mint()
        update = open_session(
            query.authorisation_id,
            external_id=query.external_id,
            bank_account=query.bank_account,
            redirect_uri=query.redirect_uri,
            sage_state=query.sage_state,
            ticket=minted,
            now=self.clock(),
        )
        try:
            return Started(self.store.apply(update), minted)
        except ServiceUnavailableError:
            # The write may have taken effect. Only this request has the ticket, so the session would be used up without
            # a page. The same update once more either opens the session or finds that it was opened.
            return Started(self.store.apply(update), minted)


def open_session(  # noqa: PLR0913 - one argument for each parameter of GET /authrefresh that is pinned
    authorisation_id: str,
    *,
    external_id: str,
    bank_account: str | None,
    redirect_uri: str,
    sage_state: str,
    ticket: str,
    now: float,
) -> Update:
    """Claim the session for the page that is about to be shown, and pin the parameters of the request."""
    pinned = {
        "external_id": external_id,
        "redirect_uri": redirect_uri,
        "sage_state": sage_state,
        "ticket_hash": tickets.hash_of(ticket),
        **({} if bank_account is None else {"bank_account": bank_account}),
    }
    return Update(
        transition=OPEN, authorisation_id=authorisation_id, now=now, sets={"step": 0, "attempts": 0, **pinned}
    )


def _is_plain(text: str) -> bool:
    return 0 < len(text) <= LONGEST_PARAMETER and text.isprintable()
