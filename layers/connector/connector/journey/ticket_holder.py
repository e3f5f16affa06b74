"""Who acts for a session."""

import hmac
from dataclasses import dataclass, field

from connector.session import ticket as tickets
from connector.session.authorisation import Authorisation


@dataclass(frozen=True, slots=True)
class TicketHolder:
    """Who acts for a session: its id, and the ticket that only the session's pages carry."""

    authorisation_id: str
    ticket: str = field(repr=False)

    @property
    def proof(self) -> dict[str, str]:
        """The stored value that the ticket must match."""
        return {"ticket_hash": tickets.hash_of(self.ticket)}

    def holds_ticket_of(self, session: Authorisation) -> bool:
        """Tell, in constant time, whether the ticket is the session's."""
        return hmac.compare_digest(tickets.hash_of(self.ticket), session.ticket_hash or "")
