"""The ticket: a page's right to speak for a session. 256 random bits, of which only the SHA-256 is stored.

It travels in the body of a form, never in a URL. What a URL may carry instead, so that a waiting page can look again
without script, is the *view*: made one way from the ticket's hash, it lets its bearer see where the session stands and
be sent home, and nothing else.
"""

import hmac
import secrets
from hashlib import sha256


def mint() -> str:
    """Return a new ticket, in characters that need no escaping in a form."""
    return secrets.token_urlsafe(32)


def hash_of(ticket: str) -> str:
    """Return what is stored of a ticket: its SHA-256 in hexadecimal."""
    return sha256(ticket.encode()).hexdigest()


def view_of(ticket_hash: str) -> str:
    """Return the view that belongs to a stored ticket."""
    return sha256(b"view:" + ticket_hash.encode()).hexdigest()


def may_view(ticket_hash: str | None, view: str) -> bool:
    """Tell, in constant time, whether `view` belongs to the stored ticket."""
    return ticket_hash is not None and hmac.compare_digest(view_of(ticket_hash).encode(), view.encode())
