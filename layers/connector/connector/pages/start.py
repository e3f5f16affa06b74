"""The first page: the provider's name, the account, Continue, Cancel."""

from typing import TYPE_CHECKING

from connector.pages.forms import Form
from connector.pages.pages import Pages
from connector.web.gateway import Response

if TYPE_CHECKING:
    from connector.journey.start import Started

_SHOWN = 4
"""Last characters of the account's reference: enough for its holder to recognise the account."""


def start(pages: Pages, started: "Started", *, base_url: str) -> Response:
    """Render the first page, which may be embedded in somebody else's page."""
    session = started.authorisation
    reference = session.external_id or ""
    return pages.render(
        "start",
        200,
        expires_at=session.expires_at,
        account=reference if len(reference) <= _SHOWN else f"…{reference[-_SHOWN:]}",
        form=Form.of(session, started.ticket, base_url),
    )
