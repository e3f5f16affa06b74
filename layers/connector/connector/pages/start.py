"""The start of the journey: who is asking, for which account, Continue, Cancel."""

from typing import TYPE_CHECKING

from connector.http import Response
from connector.pages import Pages

if TYPE_CHECKING:
    from connector.authorisation import Authorisation
    from connector.use_cases.start_journey import Started

_SHOWN = 4


def account_shown(authorisation: "Authorisation") -> str:
    """Return as much of the account's reference as its holder needs to recognise it."""
    reference = authorisation.external_id or ""
    return reference if len(reference) <= _SHOWN else f"…{reference[-_SHOWN:]}"


def start(pages: Pages, started: "Started", *, base_url: str, minutes: int, document: bool) -> Response:
    """Render the first page. It may be part of somebody else's page, so its form has an absolute target."""
    return pages.render(
        "start",
        200,
        document=document,
        account=account_shown(started.authorisation),
        action=f"{base_url}/completion",
        authorisation_id=started.authorisation.authorisation_id,
        ticket=started.ticket,
        minutes=minutes,
    )
