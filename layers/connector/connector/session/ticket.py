"""The ticket: the proof that a form comes from a page of the session. 256 random bits; only their SHA-256 is stored.

A form's body carries the ticket; a URL never does. A waiting page without script needs a URL to reload. That URL
carries the *view key*, a one-way hash of the ticket's hash. With the view key a caller can read the session's current
view and be redirected to Sage, and can change nothing.
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


def view_key_of(ticket_hash: str) -> str:
    """Return the view key that belongs to a stored ticket."""
    return sha256(b"view:" + ticket_hash.encode()).hexdigest()


def may_view(ticket_hash: str | None, view_key: str) -> bool:
    """Tell, in constant time, whether the view key belongs to the stored ticket."""
    return ticket_hash is not None and hmac.compare_digest(view_key_of(ticket_hash).encode(), view_key.encode())
