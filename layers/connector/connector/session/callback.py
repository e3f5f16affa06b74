"""The callback: how a customer whom a page sent to another site comes back to the session, in the same browser.

Two values must come back together. The `state` of the callback URL holds a random key. A cookie of the browser that was
sent away holds another random value. The session stores only a SHA-256 of both, so a link with a `state` is worth
nothing in another browser (RFC 9700, section 4.7).

A page that follows a callback has forms, so it needs the session's ticket, which no URL and no table holds in clear.
The session stores the ticket encrypted under a key that is derived from the two values.
"""

import secrets
from base64 import urlsafe_b64encode
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Self

from connector.session.authorisation import Authorisation, canonical_id, step_number


@dataclass(frozen=True, slots=True)
class Callback:
    """The values of one callback. It serves at one step, and so once."""

    authorisation_id: str
    step: int
    key: str = field(repr=False)
    browser: str = field(repr=False)
    """The value of the browser's cookie; empty where the browser has none."""

    @classmethod
    def mint(cls, authorisation_id: str, step: int, browser: str) -> Self:
        """Make a callback with a key of 256 random bits."""
        return cls(authorisation_id, step, secrets.token_urlsafe(32), browser)

    @classmethod
    def parse(cls, callback_state: str, browser: str) -> Self | None:
        """Read the `state` parameter of a callback; None where it is not one of ours."""
        authorisation_id, _, rest = callback_state.partition(".")
        digits, _, key = rest.partition(".")
        canonical, step = canonical_id(authorisation_id), step_number(digits)
        return cls(canonical, step, key, browser) if canonical and step is not None and key else None

    @property
    def callback_state(self) -> str:
        """The `state` parameter of the URL, which the other site returns unchanged."""
        return f"{self.authorisation_id}.{self.step}.{self.key}"

    @property
    def proof(self) -> dict[str, str]:
        """The stored value that the callback must match."""
        return {"callback_hash": self._digest("proof").hex()}

    def stored(self, ticket: str) -> dict[str, str]:
        """Return the attributes that the session stores until the customer comes back."""
        from cryptography.fernet import Fernet  # noqa: PLC0415 - few journeys send customers to another site

        return self.proof | {"callback_ticket": Fernet(self._ticket_key).encrypt(ticket.encode()).decode()}

    def ticket_of(self, session: Authorisation | None) -> str:
        """Decrypt the session's ticket; empty where the session stores none, because the journey has ended."""
        from cryptography.fernet import Fernet  # noqa: PLC0415 - likewise

        if session is None or session.callback_ticket is None:
            return ""
        return Fernet(self._ticket_key).decrypt(session.callback_ticket.encode()).decode()

    @property
    def _ticket_key(self) -> bytes:
        return urlsafe_b64encode(self._digest("ticket"))

    def _digest(self, purpose: str) -> bytes:
        return sha256(f"{purpose}:{self.key}:{self.browser}".encode()).digest()
