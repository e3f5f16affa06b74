"""Who speaks for a session, where they are, and what an authenticator is told of both."""

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
    """Who speaks for a session: its id, and the ticket that only its pages carry."""

    authorisation_id: str
    ticket: str = field(repr=False)

    @property
    def proof(self) -> dict[str, str]:
        """What must be stored for the bearer to be believed."""
        return {"ticket_hash": tickets.hash_of(self.ticket)}


@dataclass(frozen=True, slots=True)
class ClientContext:
    """Where the customer is: their language (BCP 47), and the URL at which they come back from elsewhere."""

    locale: str
    callback_url: str


def visit_of(session: Authorisation, holder: TicketHolder, client: ClientContext, answer: Answer | None) -> Visit:
    """Tell an authenticator of the session, at its present step."""
    return Visit(
        authorisation_id=session.authorisation_id,
        external_id=session.external_id or "",
        bank_id=session.bank_id,
        locale=client.locale,
        expires_at=session.expires_at,
        key=_key(session, holder, answer),
        memory=session.memory,
        callback_url=client.callback_url,
        callback_state=Callback.mint(session.authorisation_id, session.step + 1).state,
    )


def _key(session: Authorisation, holder: TicketHolder, answer: Answer | None) -> str:
    """Tell the same answer at the same step from every other; that the ticket is the key keeps answers unguessable."""
    match answer:
        case Answers(by_name):
            said = dict(by_name)
        case CameBack(query):
            said = dict(query)
        case _:
            said = {}
    text = json.dumps([session.authorisation_id, session.step, type(answer).__name__, said], sort_keys=True)
    return hmac.new(holder.ticket.encode(), text.encode(), sha256).hexdigest()
