"""The first page: the provider's name, the account, Continue, Cancel."""

from typing import TYPE_CHECKING

from connector.pages.account import account_shown
from connector.pages.forms import Form
from connector.pages.rendering.pages import Pages
from connector.web.gateway import Response

if TYPE_CHECKING:
    from connector.journey.start import Started


def start(pages: Pages, started: "Started", *, base_url: str) -> Response:
    """Render the first page, which may be embedded in somebody else's page."""
    session = started.authorisation
    return pages.render(
        "start",
        200,
        expires_at=session.expires_at,
        account=account_shown(session),
        form=Form.of(session, started.ticket, base_url),
    )
