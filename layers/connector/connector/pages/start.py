"""The start of the journey: who is asking, for which account, Continue, Cancel."""

from typing import TYPE_CHECKING

from connector.pages import Pages
from connector.pages.forms import account_shown, form_of
from connector.web.gateway import Response

if TYPE_CHECKING:
    from connector.journey.start import Started


def start(pages: Pages, started: "Started", *, base_url: str) -> Response:
    """Render the first page, which may be part of somebody else's."""
    authorisation = started.authorisation
    return pages.render(
        "start",
        200,
        expires_at=authorisation.expires_at,
        account=account_shown(authorisation),
        form=form_of(authorisation, started.ticket, base_url),
    )
