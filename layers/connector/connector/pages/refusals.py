"""The page, and the status, for each reason to refuse a customer's request."""

from collections.abc import Mapping
from types import MappingProxyType

from connector.pages import Pages
from connector.pages.forms import Form
from connector.session.authorisation import Reason
from connector.web.gateway import Response

_PAGES: Mapping[Reason, tuple[str, int]] = MappingProxyType(
    {
        Reason.UNKNOWN: ("unknown", 403),
        Reason.NOT_MATCHING: ("unknown", 403),
        Reason.USED: ("used", 410),
        Reason.EXPIRED: ("expired", 410),
    }
)


def refused(pages: Pages, reason: Reason, *, way_back: str | None = None) -> Response:
    """Say why the request was refused and what to do next."""
    page, status = _PAGES[reason]
    return pages.render(page, status, way_back=way_back)


def bad_request(pages: Pages) -> Response:
    """Say that the link or form is not one of ours. There is no way back: where to would come from the same link."""
    return pages.render("bad_request", 400, way_back=None)


def not_now(pages: Pages) -> Response:
    """Refuse a request that nobody has made yet; what it would have used up is there when they do."""
    return pages.render("trouble", 503, again=None, way_back=None)


def trouble(pages: Pages, *, again: Form | None = None, way_back: str | None = None) -> Response:
    """Say that the fault is ours, and that nothing is lost; with `again` the customer can try again at once."""
    return pages.render("trouble", 500, again=again, way_back=way_back)
