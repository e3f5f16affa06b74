"""The way back from where a customer was sent: the `state` of a callback, and the ticket that it unlocks.

A page that follows a callback has forms, so it needs the session's ticket, which travels in no URL and is stored
nowhere. So the session keeps it encrypted under a key that only the `state` holds: the table alone and the URL alone
are worth nothing. The session also keeps the key's SHA-256, by which a callback is known as its own and no other's.
"""

import secrets
from base64 import urlsafe_b64encode
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Self

from connector.session.authorisation import Authorisation, canonical_id


@dataclass(frozen=True, slots=True)
class Callback:
    """What one `state` stands for. It serves at one step, and so once."""

    authorisation_id: str
    step: int
    key: str = field(repr=False)

    @classmethod
    def mint(cls, authorisation_id: str, step: int) -> Self:
        """Make a new one, of 256 random bits."""
        return cls(authorisation_id, step, urlsafe_b64encode(secrets.token_bytes(32)).decode().rstrip("="))

    @classmethod
    def parse(cls, state: str) -> Self | None:
        """Read a `state`, or return None where it is none of ours."""
        authorisation_id, _, cool_down = state.partition(".")
        step, _, key = cool_down.partition(".")
        canonical = canonical_id(authorisation_id)
        if canonical is None or not (step.isascii() and step.isdecimal()) or not key:
            return None
        return cls(canonical, int(step), key)

    @property
    def state(self) -> str:
        """What goes into the URL."""
        return f"{self.authorisation_id}.{self.step}.{self.key}"

    @property
    def proof(self) -> dict[str, str]:
        """What must be stored for the callback to be believed."""
        return {"callback_hash": sha256(self.key.encode()).hexdigest()}

    def kept(self, ticket: str) -> dict[str, str]:
        """Return what the session keeps until the customer comes back."""
        from cryptography.fernet import Fernet  # noqa: PLC0415 - few journeys send customers elsewhere

        return self.proof | {"callback_ticket": Fernet(f"{self.key}=").encrypt(ticket.encode()).decode()}

    def ticket_of(self, session: Authorisation | None) -> str:
        """Decrypt the session's ticket; empty where it keeps none any more, because the journey has ended."""
        from cryptography.fernet import Fernet  # noqa: PLC0415 - likewise

        if session is None or session.callback_ticket is None:
            return ""
        return Fernet(f"{self.key}=").decrypt(session.callback_ticket.encode()).decode()
