"""The page and the status for each reason of a refusal that a customer can meet."""

from collections.abc import Mapping
from types import MappingProxyType

from connector.pages.forms import Form
from connector.pages.rendering.pages import Pages
from connector.session.authorisation import Refusal
from connector.web.gateway import Response

_PAGES: Mapping[Refusal, tuple[str, int]] = MappingProxyType(
    {
        Refusal.UNKNOWN: ("unknown", 403),
        Refusal.NOT_MATCHING: ("unknown", 403),
        Refusal.USED: ("used", 410),
        Refusal.EXPIRED: ("expired", 410),
        Refusal.NO_BEGINS_LEFT: ("too_often", 429),
    }
)


def refused(pages: Pages, reason: Refusal, *, return_url: str | None = None) -> Response:
    """Say why the request was refused, and what to do next."""
    if reason not in _PAGES:
        return trouble(pages, return_url=return_url)
    page, status = _PAGES[reason]
    return pages.render(page, status, return_url=return_url)


def bad_request(pages: Pages) -> Response:
    """Say that the link or form is not one of ours. No link back: the URL would come from the same invalid link."""
    return pages.render("bad_request", 400, return_url=None)


def other_browser(pages: Pages) -> Response:
    """Refuse a callback of another browser. No link back: this customer may never have started anything."""
    return pages.render("other_browser", 403, return_url=None)


def other_site(pages: Pages) -> Response:
    """Refuse a form that a page of another site sent. No link back, likewise."""
    return pages.render("other_site", 403, return_url=None)


def not_now(pages: Pages) -> Response:
    """Refuse a speculative request (a prefetch), which would use up the session before the customer asks for it."""
    return pages.render("trouble", 503, again=None, return_url=None)


def trouble(pages: Pages, *, again: Form | None = None, return_url: str | None = None) -> Response:
    """Say that the fault is ours and that nothing is lost. With `again` the customer can try again at once."""
    return pages.render("trouble", 500, again=again, return_url=return_url)
