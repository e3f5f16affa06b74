"""What the pages of a journey have in common: the account they are about, and what their forms carry."""

from collections.abc import Mapping
from dataclasses import dataclass

from connector.session.authorisation import Authorisation, canonical_id
from connector.web.redirect import return_url

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


def form_again(fields: Mapping[str, str], base_url: str) -> Form | None:
    """Return what a form brought, for one that tries again; None where it did not say whose it is."""
    authorisation_id, ticket = canonical_id(fields.get("authorisation_id", "")), fields.get("ticket", "")
    if authorisation_id is None or not ticket:
        return None
    # Looking needs no step: wherever the journey is by now, it is shown.
    return Form(action=f"{base_url}/completion", authorisation_id=authorisation_id, ticket=ticket, step=0)


def way_back(authorisation: Authorisation | None) -> str | None:
    """Return the URL that takes the customer back to where the session came from."""
    if authorisation is None or authorisation.redirect_uri is None or authorisation.sage_state is None:
        return None
    return return_url(authorisation.redirect_uri, authorisation.sage_state)
