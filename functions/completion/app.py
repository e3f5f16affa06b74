"""/completion: the customer's answers, the outcome, PATCH /authorisations, and the redirect back to Sage."""

import secrets
import time
from typing import TYPE_CHECKING, Any

from connector.authenticators.configuration import AuthenticatorSettings
from connector.bootstrap.authenticator import authenticator
from connector.bootstrap.hourly_limit import hourly_limit
from connector.bootstrap.outcomes import LazyProviderApi
from connector.bootstrap.sessions import sessions
from connector.delivery.deliver import Delivery
from connector.journey.check_account import CheckAccount
from connector.journey.complete import CompleteAuthorisation
from connector.journey.dialogue.visit import ClientContext
from connector.journey.record_outcome import RecordOutcome
from connector.journey.settings import CompletionSettings
from connector.pages.forms import Form
from connector.pages.journey import return_url_of, sent_away, shown
from connector.pages.refusals import bad_request, other_browser, other_site, refused, trouble
from connector.pages.rendering.pages import Pages
from connector.pages.rendering.policy import storable
from connector.pages.settings import PageSettings
from connector.pages.submitted_form import InvalidFormError, SubmittedForm
from connector.runtime.invocation import Context, Invocation
from connector.runtime.observability import count, logger, subject
from connector.runtime.settings import read
from connector.session.authorisation import Outcome, Refusal, TransitionRefusedError, canonical_id
from connector.web.cookie import name_for
from connector.web.gateway import Request, Response
from connector.web.origin import may_post

if TYPE_CHECKING:
    from connector.journey.views import View

SEND_NO_MESSAGE = {"consent", "oidc"}
"""Authenticators whose begin reaches no system that could send the customer a message."""

pages_settings, settings = read(PageSettings), read(CompletionSettings)
authenticating = read(AuthenticatorSettings)
pages = Pages(pages_settings)
invocation = Invocation()
store = sessions()
provider_api = LazyProviderApi()
delivery = Delivery(
    store,
    provider_api,
    time.time,
    time.sleep,
    time_left=invocation.seconds_left,
    count=count,
)
statuses = {
    Outcome.SUCCESS: "success",
    Outcome.FAILED: settings.failed_status,
    Outcome.CANCELLED: settings.cancelled_status,
}


def _alarm(authorisation_id: str, status: str) -> None:
    logger.error("account not waiting", extra={"authorisation_id": authorisation_id, "status": status})


complete = CompleteAuthorisation(
    store=store,
    authenticator=authenticator(authenticating),
    check_account=CheckAccount(accounts=provider_api, mode=settings.account_check, count=count, alarm=_alarm),
    record_outcome=RecordOutcome(store, delivery, statuses, time.time),
    clock=time.time,
    max_attempts=settings.max_attempts,
    max_begins=settings.max_begins,
    admit_begin=(lambda _: True)
    if authenticating.authenticator in SEND_NO_MESSAGE
    else hourly_limit(settings.max_begins_per_account_hour).admit,
    authenticator_seconds=authenticating.authenticator_timeout_seconds,
)


def handler(event: dict[str, Any], context: Context) -> dict[str, Any]:
    """Answer API Gateway's event."""
    invocation.begin(context)
    request = Request.from_event(event)
    answer = {"POST": _submit, "GET": _refresh_outcome}[event["httpMethod"]]
    if event["resource"].endswith("/callback"):
        answer = _come_back
    answering = pages.to(request, document=True)
    subject(authorisation_id=_session_of(request), address=request.address)
    try:
        response = answer(request, answering)
    except InvalidFormError as refusal:
        logger.warning("completion refused", extra={"reason": str(refusal)})
        response = bad_request(answering)
    except TransitionRefusedError as refusal:
        logger.warning("completion refused", extra={"reason": refusal.reason.value})
        if refusal.reason is Refusal.NO_BEGINS_LEFT:
            count("BeginRefused")
        # A caller without the ticket learns nothing of the session, least of all its `state`.
        back = None if refusal.reason is Refusal.NOT_MATCHING else return_url_of(refusal.authorisation)
        response = refused(answering, refusal.reason, return_url=back)
    except Exception:  # noqa: BLE001 - after any error the customer gets a page; the log has the details
        logger.exception("completion failed")
        response = trouble(answering, again=Form.retry(request.form(), pages_settings.base_url(request)))
    return (storable(response) if event["httpMethod"] == "POST" else response).to_event()


def _submit(request: Request, answering: Pages) -> Response:
    form = SubmittedForm.read(request.form())
    # Only the first page may be part of a page of Sage's. Every later page is our own.
    embedding = pages_settings.frame_ancestors if form.step == 0 else None
    if not may_post(request.headers.get("origin"), (pages_settings.base_url(request), request.base_url), embedding):
        logger.warning("completion refused", extra={"reason": "other site"})
        count("OriginRefused")
        return other_site(answering)
    client = _client_context(request, answering, form.holder.authorisation_id, secrets.token_urlsafe(32))
    view: View
    match form.do:
        case "continue":
            view = complete.begin(form.holder, form.step, client)
        case "answer":
            view = complete.answer(form.holder, form.step, form.typed, client)
        case "refresh":
            view = complete.refresh(form.holder, client)
        case "cancel":
            view = complete.cancel(form.holder, client)
    _log(form.do, view)
    page = shown(answering, view, ticket=form.holder.ticket, base_url=pages_settings.base_url(request))
    if request.in_whole_window or form.in_whole_window:
        return sent_away(page, view, client, now=time.time())
    return page


def _session_of(request: Request) -> str | None:
    """Return the session that the caller names, for the log; the caller may have no right to it."""
    named = request.form().get("authorisation_id") or request.only("authorisation_id") or request.only("state") or ""
    return canonical_id(named.partition(".")[0])


def _log(did: str, view: "View") -> None:
    session = view.authorisation
    outcome = session.outcome.value if session.outcome else None
    logger.info(
        "completion answered",
        extra={"did": did, "view": type(view).__name__, "state": session.state.value, "outcome": outcome},
    )


def _refresh_outcome(request: Request, answering: Pages) -> Response:
    authorisation_id, view_key = canonical_id(request.only("authorisation_id") or ""), request.only("view")
    if authorisation_id is None or not view_key:
        raise InvalidFormError("a link without authorisation_id and view")
    outcome = complete.refresh_outcome(authorisation_id, view_key)
    return shown(answering, outcome, ticket="", base_url=pages_settings.base_url(request))


def _come_back(request: Request, answering: Pages) -> Response:
    query = {name: value for name in request.query if (value := request.only(name)) is not None}
    if not (query.get("code") or query.get("error")):
        raise InvalidFormError("a callback without code or error")
    client = _client_context(request, answering, query.get("state", "").partition(".")[0])
    try:
        view, ticket = complete.come_back(query, client)
    except TransitionRefusedError as refusal:
        if refusal.reason is not Refusal.NOT_MATCHING:
            raise
        logger.warning("callback refused", extra={"reason": "other browser"})
        count("CallbackRefused")
        return other_browser(answering)
    _log("callback", view)
    return shown(answering, view, ticket=ticket, base_url=pages_settings.base_url(request))


def _client_context(request: Request, answering: Pages, authorisation_id: str, browser: str = "") -> ClientContext:
    """`browser` is the value of a browser's new cookie; without it only a cookie that came back counts."""
    return ClientContext(
        locale=answering.language,
        callback_url=f"{pages_settings.base_url(request)}/completion/callback",
        browser=request.cookie(name_for(authorisation_id)) or browser,
    )
