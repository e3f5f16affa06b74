"""What the pages of a journey have in common: the account they are about, and what their forms carry."""

from dataclasses import dataclass

from connector.authorisation import Authorisation
from connector.redirect import return_url

_SHOWN = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """A form of ours: where it goes (absolute: it may be in somebody else's page), and what tells whose it is."""

    action: str
    authorisation_id: str
    ticket: str
    step: int


def account_shown(authorisation: Authorisation) -> str:
    """Return as much of the account's reference as its holder needs to recognise it."""
    reference = authorisation.external_id or ""
    return reference if len(reference) <= _SHOWN else f"…{reference[-_SHOWN:]}"


def form_of(authorisation: Authorisation, ticket: str, base_url: str) -> Form:
    """Return what a form of this session carries."""
    return Form(
        action=f"{base_url}/completion",
        authorisation_id=authorisation.authorisation_id,
        ticket=ticket,
        step=authorisation.step,
    )


def way_back(authorisation: Authorisation | None) -> str | None:
    """Return the URL that takes the customer back to where the session came from."""
    if authorisation is None or authorisation.redirect_uri is None or authorisation.sage_state is None:
        return None
    return return_url(authorisation.redirect_uri, authorisation.sage_state)
