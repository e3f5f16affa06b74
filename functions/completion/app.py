"""/completion: the customer's answers, the outcome, PATCH /authorisations, and the redirect back to Sage."""

import time
from typing import TYPE_CHECKING, Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from connector.authenticators.configuration import AuthenticatorSettings
from connector.bootstrap.authenticator import authenticator
from connector.bootstrap.aws import credentials_vault, sessions
from connector.bootstrap.sage import provider_api
from connector.delivery.deliver import Delivery
from connector.journey.complete import CompleteAuthorisation
from connector.journey.record_outcome import RecordOutcome
from connector.journey.settings import CompletionSettings
from connector.journey.visit import ClientContext
from connector.pages.forms import Form
from connector.pages.journey import return_url_of, shown
from connector.pages.pages import Pages
from connector.pages.refusals import bad_request, refused, trouble
from connector.pages.settings import PageSettings
from connector.pages.submitted_form import InvalidFormError, SubmittedForm
from connector.runtime.invocation import Invocation
from connector.runtime.observability import count, logger, metrics
from connector.runtime.settings import read
from connector.session.authorisation import Outcome, Reason, TransitionRefusedError, canonical_id
from connector.web.gateway import Request, Response

if TYPE_CHECKING:
    from connector.journey.views import View

pages_settings, settings = read(PageSettings), read(CompletionSettings)
authenticating = read(AuthenticatorSettings)
pages = Pages(pages_settings)
invocation = Invocation()
credentials = credentials_vault()
store = sessions()
delivery = Delivery(
    store,
    provider_api(credentials),
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
complete = CompleteAuthorisation(
    store=store,
    authenticator=authenticator(authenticating),
    record_outcome=RecordOutcome(store, delivery, statuses, time.time),
    clock=time.time,
    max_attempts=settings.max_attempts,
    authenticator_seconds=authenticating.authenticator_timeout_seconds,
)


@logger.inject_lambda_context
@metrics.log_metrics
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Answer API Gateway's event."""
    invocation.begin(context)
    request = Request.from_event(event)
    answer = {"POST": _submit, "GET": _refresh_outcome}[event["httpMethod"]]
    if event["resource"].endswith("/callback"):
        answer = _come_back
    answering = pages.to(request, document=True)
    try:
        response = answer(request, answering)
    except InvalidFormError as refusal:
        logger.warning("completion refused", extra={"reason": str(refusal)})
        response = bad_request(answering)
    except TransitionRefusedError as refusal:
        logger.warning("completion refused", extra={"reason": refusal.reason.value})
        # A caller without the ticket learns nothing of the session, least of all its `state`.
        back = None if refusal.reason is Reason.NOT_MATCHING else return_url_of(refusal.authorisation)
        response = refused(answering, refusal.reason, return_url=back)
    except Exception:  # noqa: BLE001 - after any error the customer gets a page; the log has the details
        logger.exception("completion failed")
        response = trouble(answering, again=Form.retry(request.form(), _base_url(request)))
    return response.to_event()


def _submit(request: Request, answering: Pages) -> Response:
    form = SubmittedForm.read(request.form())
    client = _client_context(request, answering)
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
    return shown(answering, view, ticket=form.holder.ticket, base_url=_base_url(request))


def _refresh_outcome(request: Request, answering: Pages) -> Response:
    authorisation_id, view = canonical_id(request.only("authorisation_id") or ""), request.only("view")
    if authorisation_id is None or not view:
        raise InvalidFormError("a link without authorisation_id and view")
    outcome = complete.refresh_outcome(authorisation_id, view)
    return shown(answering, outcome, ticket="", base_url=_base_url(request))


def _come_back(request: Request, answering: Pages) -> Response:
    query = {name: value for name in request.query if (value := request.only(name)) is not None}
    view, ticket = complete.come_back(query, _client_context(request, answering))
    return shown(answering, view, ticket=ticket, base_url=_base_url(request))


def _client_context(request: Request, answering: Pages) -> ClientContext:
    return ClientContext(locale=answering.language, callback_url=f"{_base_url(request)}/completion/callback")


def _base_url(request: Request) -> str:
    return pages_settings.public_url or request.base_url
