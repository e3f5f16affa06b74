"""The pages after the first: one for each view of the journey."""

from collections.abc import Mapping
from types import MappingProxyType

from connector.journey.views import Checking, DeniedOnce, Ended, Interrupted, Prompted, SentTo, View, Waiting
from connector.pages import Pages
from connector.pages.fields import questions
from connector.pages.forms import form_of, way_back
from connector.session import ticket as tickets
from connector.session.authorisation import Authorisation, Outcome, State
from connector.web.gateway import Response

CHECKING_SECONDS = 2
OWED_SECONDS = 3

_ENDS: Mapping[Outcome, str] = MappingProxyType(
    {Outcome.SUCCESS: "done", Outcome.CANCELLED: "cancelled", Outcome.FAILED: "denied"}
)


def shown(pages: Pages, view: View, *, ticket: str, base_url: str) -> Response:
    """Render where the journey stands; `ticket` is empty for whoever only looks."""
    if isinstance(view, Ended):
        return _ended(pages, view, base_url)
    page, status, context = _asking(view)
    return pages.render(
        page,
        status,
        expires_at=view.authorisation.expires_at,
        form=form_of(view.authorisation, ticket, base_url),
        **context,
    )


def _asking(
    view: Prompted | Waiting | Checking | SentTo | DeniedOnce | Interrupted,
) -> tuple[str, int, dict[str, object]]:
    match view:
        case Prompted(ask=ask):
            return "ask", 200, {"ask": ask, "questions": questions(view), "attempts_left": view.attempts_left}
        case Waiting(wait=wait):
            return "wait", 200, {"wait": wait, "seconds": max(1, wait.seconds)}
        case Checking():
            return "checking", 200, {"seconds": CHECKING_SECONDS}
        case SentTo(url=url):
            return "sent_to", 200, {"url": url}
        case DeniedOnce(denied=denied):
            return "denied_once", 200, {"text": denied.text, "attempts_left": view.attempts_left}
        case Interrupted(do=do):
            return "interrupted", 503, {"do": do}


def _ended(pages: Pages, view: Ended, base_url: str) -> Response:
    authorisation = view.authorisation
    home = way_back(authorisation)
    if authorisation.undelivered:
        return _finishing(pages, authorisation, base_url, home)
    unheard = authorisation.state in {State.REJECTED, State.EXPIRED}
    match authorisation.outcome:
        case Outcome.FAILED:
            text = view.denied.text if view.denied else ""
            return pages.render("denied", 200, way_back=home, text=text, reason=authorisation.reason)
        case Outcome.SUCCESS if unheard:
            return pages.render("not_accepted", 200, way_back=home)
        case outcome:
            page = _ENDS[outcome or Outcome.CANCELLED]
            return pages.render(page, 200, way_back=None) if home is None else pages.redirect(home, page)


def _finishing(pages: Pages, authorisation: Authorisation, base_url: str, home: str | None) -> Response:
    return pages.render(
        "finishing",
        200,
        action=f"{base_url}/completion",
        authorisation_id=authorisation.authorisation_id,
        view=tickets.view_of(authorisation.ticket_hash or ""),
        seconds=OWED_SECONDS,
        way_back=home,
    )
