"""The callback of a customer who was sent to another site: its `state`, and the ticket that the state decrypts.

The page after a callback has forms, which need the session's ticket. The ticket is in no URL and is stored nowhere. So
the session stores it encrypted with a key that only the `state` has: neither the table alone nor the URL alone gives
the ticket. The session also stores the key's SHA-256, which proves that a callback belongs to it.
"""

import secrets
from base64 import urlsafe_b64encode
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Self

from connector.session.authorisation import Authorisation, canonical_id


@dataclass(frozen=True, slots=True)
class Callback:
    """The parts of one `state`. It is valid at one step of the journey, so it can be used once."""

    authorisation_id: str
    step: int
    key: str = field(repr=False)

    @classmethod
    def mint(cls, authorisation_id: str, step: int) -> Self:
        """Return a new callback, with a key of 256 random bits."""
        return cls(authorisation_id, step, urlsafe_b64encode(secrets.token_bytes(32)).decode().rstrip("="))

    @classmethod
    def parse(cls, state: str) -> Self | None:
        """Read a `state`, or return None where it does not have the form of ours."""
        authorisation_id, _, rest = state.partition(".")
        step, _, key = rest.partition(".")
        canonical = canonical_id(authorisation_id)
        if canonical is None or not (step.isascii() and step.isdecimal()) or not key:
            return None
        return cls(canonical, int(step), key)

    @property
    def state(self) -> str:
        """The text for the URL."""
        return f"{self.authorisation_id}.{self.step}.{self.key}"

    @property
    def proof(self) -> dict[str, str]:
        """The stored values that prove the callback."""
        return {"callback_hash": sha256(self.key.encode()).hexdigest()}

    def kept(self, ticket: str) -> dict[str, str]:
        """Return the values that the session stores until the callback."""
        from cryptography.fernet import Fernet  # noqa: PLC0415 - few journeys send customers elsewhere

        return self.proof | {"callback_ticket": Fernet(f"{self.key}=").encrypt(ticket.encode()).decode()}

    def ticket_of(self, session: Authorisation | None) -> str:
        """Decrypt the session's ticket; empty where the session stores none, because the journey has ended."""
        from cryptography.fernet import Fernet  # noqa: PLC0415 - likewise

        if session is None or session.callback_ticket is None:
            return ""
        return Fernet(f"{self.key}=").decrypt(session.callback_ticket.encode()).decode()
