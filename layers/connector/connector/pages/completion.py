"""The pages after the first: what is asked, how it ended, and the way home."""

from urllib.parse import urlencode

from connector import ticket as tickets
from connector.authorisation import Authorisation, State
from connector.http import Response
from connector.pages import Pages
from connector.pages.start import account_shown
from connector.redirect import return_url
from connector.use_cases.complete_authorisation import Asked, Ended, View


def shown(pages: Pages, view: View, *, ticket: str, base_url: str) -> Response:
    """Render where the journey stands; `ticket` is empty for whoever only looks."""
    match view:
        case Asked(authorisation):
            return pages.render(
                "confirm",
                200,
                account=account_shown(authorisation),
                action=f"{base_url}/completion",
                authorisation_id=authorisation.authorisation_id,
                ticket=ticket,
            )
        case Ended(authorisation):
            return _ended(pages, authorisation, base_url)


def way_back(authorisation: Authorisation | None) -> str | None:
    """Return the URL that takes the customer back to where the session came from."""
    if authorisation is None or authorisation.redirect_uri is None or authorisation.sage_state is None:
        return None
    return return_url(authorisation.redirect_uri, authorisation.sage_state)


def _ended(pages: Pages, authorisation: Authorisation, base_url: str) -> Response:
    home = way_back(authorisation)
    if authorisation.owed:
        return pages.render("finishing", 200, look_again=_look_again(authorisation, base_url))
    if home is None or authorisation.state in {State.REJECTED, State.LAPSED}:
        return pages.render("not_accepted", 200, way_back=home)
    return pages.redirect(home)


def _look_again(authorisation: Authorisation, base_url: str) -> str:
    view = tickets.view_of(authorisation.ticket_hash or "")
    query = urlencode({"authorisation_id": authorisation.authorisation_id, "view": view})
    return f"{base_url}/completion?{query}"
