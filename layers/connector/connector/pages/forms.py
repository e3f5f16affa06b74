"""The hidden fields of the forms that the pages render."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

from connector.session.authorisation import Authorisation, canonical_id


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """Where a form posts to, and what it carries. `action` is absolute: the form may be in somebody else's page."""

    action: str
    authorisation_id: str
    ticket: str
    step: int

    @classmethod
    def of(cls, session: Authorisation, ticket: str, base_url: str) -> Self:
        """Return the form of a session's current step."""
        return cls(
            action=f"{base_url}/completion",
            authorisation_id=session.authorisation_id,
            ticket=ticket,
            step=session.step,
        )

    @classmethod
    def retry(cls, fields: Mapping[str, str], base_url: str) -> Self | None:
        """Return a form that tries again after an error; None where `fields` do not say whose session it is."""
        authorisation_id, ticket = canonical_id(fields.get("authorisation_id", "")), fields.get("ticket", "")
        if authorisation_id is None or not ticket:
            return None
        # A refresh needs no step: it shows whatever step the journey is at by then.
        return cls(action=f"{base_url}/completion", authorisation_id=authorisation_id, ticket=ticket, step=0)
