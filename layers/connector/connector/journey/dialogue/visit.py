"""The holder of a session's ticket, the customer's browser, and the part of both that an authenticator gets."""

import hmac
import json
from dataclasses import dataclass, field
from hashlib import sha256

from connector.authenticators.port import Answer, Answers, CameBack, Visit
from connector.session import ticket as tickets
from connector.session.authorisation import Authorisation
from connector.session.callback import Callback


@dataclass(frozen=True, slots=True)
class TicketHolder:
    """A caller who acts for a session: the session's id, and the ticket that only its pages carry."""

    authorisation_id: str
    ticket: str = field(repr=False)

    @property
    def proof(self) -> dict[str, str]:
        """The stored value that the ticket must match."""
        return {"ticket_hash": tickets.hash_of(self.ticket)}

    def holds_ticket_of(self, session: Authorisation) -> bool:
        """Tell, in constant time, whether the ticket is the session's."""
        return hmac.compare_digest(tickets.hash_of(self.ticket), session.ticket_hash or "")


@dataclass(frozen=True, slots=True)
class ClientContext:
    """The request's data about the customer's browser."""

    locale: str
    """The customer's language (BCP 47)."""
    callback_url: str
    """The URL of ours to which another site sends the customer back."""
    browser: str = field(repr=False)
    """The value of the cookie that the browser sent; before it has one, the value that it is about to get."""


def visit_of(session: Authorisation, holder: TicketHolder, client: ClientContext, answer: Answer | None) -> Visit:
    """Describe the session at its present step. `answer` is None where the authenticator begins."""
    return Visit(
        authorisation_id=session.authorisation_id,
        external_id=session.external_id or "",
        bank_id=session.bank_id,
        locale=client.locale,
        expires_at=session.expires_at,
        key=_idempotency_key(session, holder, answer),
        memory=session.memory,
        callback_url=client.callback_url,
        callback_state=Callback.mint(session.authorisation_id, session.step + 1, client.browser).callback_state,
    )


def _idempotency_key(session: Authorisation, holder: TicketHolder, answer: Answer | None) -> str:
    """Return the same key for the same answer at the same step, and another key for everything else.

    The ticket is the HMAC's secret, so that nobody can find an answer by trying answers against a key that was logged.
    """
    match answer:
        case Answers(by_name):
            values = dict(by_name)
        case CameBack(query):
            values = dict(query)
        case _:
            values = {}
    text = json.dumps([session.authorisation_id, session.step, type(answer).__name__, values], sort_keys=True)
    return hmac.new(holder.ticket.encode(), text.encode(), sha256).hexdigest()
