"""The pages after the first: one for each view of the journey."""

from collections.abc import Mapping
from types import MappingProxyType

from connector.journey.dialogue.visit import ClientContext
from connector.journey.views import Checking, DeniedOnce, Ended, Interrupted, Prompted, SentTo, View, Waiting
from connector.pages.account import account_shown
from connector.pages.fields import questions
from connector.pages.forms import Form
from connector.pages.rendering.pages import Pages
from connector.session import ticket as tickets
from connector.session.authorisation import Authorisation, Outcome, State
from connector.web.cookie import header_for
from connector.web.gateway import Response
from connector.web.redirect import return_url

CHECKING_SECONDS = 2
"""Between two polls of a page that waits for the authenticator."""
UNDELIVERED_SECONDS = 3
"""Between two polls of a page that waits for Banking Service."""

_ENDS: Mapping[Outcome, str] = MappingProxyType({Outcome.SUCCESS: "done", Outcome.CANCELLED: "cancelled"})


def shown(pages: Pages, view: View, *, ticket: str, base_url: str) -> Response:
    """Render a view. `ticket` is empty for a caller who holds only the session's view key."""
    if isinstance(view, Ended):
        return _outcome(pages, view, base_url)
    page, status, context = _step(view)
    session = view.authorisation
    form = Form.of(session, ticket, base_url)
    account = account_shown(session)
    return pages.render(page, status, expires_at=session.expires_at, form=form, account=account, **context)


def sent_away(page: Response, view: View, client: ClientContext, *, now: float) -> Response:
    """Send the browser to the other site of a view (303), with the cookie by which the callback is recognised.

    `page` is for a browser that does not follow; it is returned unchanged where the view has no other site.
    """
    if not isinstance(view, SentTo) or view.url is None:
        return page
    session = view.authorisation
    cookie = header_for(session.authorisation_id, client.browser, seconds=session.expires_at - int(now))
    return Response(status=303, headers={**page.headers, "Location": view.url, "Set-Cookie": cookie}, body=page.body)


def return_url_of(session: Authorisation | None) -> str | None:
    """Return the URL that takes the customer back to where the session came from; None before GET /authrefresh."""
    if session is None or session.redirect_uri is None or session.sage_state is None:
        return None
    return return_url(session.redirect_uri, session.sage_state)


def _step(
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
            return "sent_to", 200, {"first": url is not None}
        case DeniedOnce(denied=denied):
            return "denied_once", 200, {"text": denied.text, "attempts_left": view.attempts_left}
        case Interrupted(do=do):
            return "interrupted", 503, {"do": do}


def _outcome(pages: Pages, view: Ended, base_url: str) -> Response:
    session = view.authorisation
    back = return_url_of(session)
    if session.undelivered:
        return _finishing(pages, session, base_url, back)
    not_acknowledged = session.state in {State.REJECTED, State.EXPIRED}
    match session.outcome:
        case Outcome.FAILED:
            text = view.denied.text if view.denied else ""
            return pages.render("denied", 200, return_url=back, text=text, reason=session.reason)
        case Outcome.SUCCESS if not_acknowledged:
            return pages.render("not_accepted", 200, return_url=back)
        case Outcome.SUCCESS | Outcome.CANCELLED as outcome:
            page = _ENDS[outcome]
            return pages.render(page, 200, return_url=None) if back is None else pages.redirect(back, page)
        case None:
            raise ValueError("a session without an outcome has not ended")


def _finishing(pages: Pages, session: Authorisation, base_url: str, back: str | None) -> Response:
    return pages.render(
        "finishing",
        200,
        action=f"{base_url}/completion",
        authorisation_id=session.authorisation_id,
        view_key=tickets.view_key_of(session.ticket_hash or ""),
        seconds=UNDELIVERED_SECONDS,
        return_url=back,
    )
