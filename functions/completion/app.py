"""/completion: the customer's answers, the outcome, PATCH /authorisations, and the way home."""

import time
from typing import TYPE_CHECKING, Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from connector.authenticators.configuration import AuthenticatorSettings
from connector.bootstrap.authenticator import authenticator
from connector.bootstrap.aws import credentials_vault, sessions
from connector.bootstrap.sage import provider_api
from connector.delivery.deliver import Delivery
from connector.journey.complete import CompleteAuthorisation
from connector.journey.visit import ClientContext
from connector.pages import Pages
from connector.pages.forms import form_again, way_back
from connector.pages.journey import shown
from connector.pages.refusals import bad_request, refused, trouble
from connector.pages.settings import PageSettings
from connector.pages.submission import InvalidFormError, Submission
from connector.runtime.invocation import Invocation
from connector.runtime.observability import count, logger, metrics
from connector.runtime.settings import read
from connector.session.authorisation import Outcome, Reason, TransitionRefusedError, canonical_id
from connector.settings import CompletionSettings
from connector.web.gateway import Request, Response

if TYPE_CHECKING:
    from connector.journey.views import View

pages_settings, settings = read(PageSettings), read(CompletionSettings)
authenticating = read(AuthenticatorSettings)
pages = Pages(pages_settings)
invocation = Invocation()
credentials = credentials_vault()
store = sessions()
complete = CompleteAuthorisation(
    store,
    authenticator(authenticating, credentials),
    Delivery(
        store,
        provider_api(credentials),
        time.time,
        time.sleep,
        time_left=invocation.seconds_left,
        count=count,
    ),
    {Outcome.SUCCESS: "success", Outcome.FAILED: settings.failed_status, Outcome.CANCELLED: settings.cancelled_status},
    time.time,
    max_attempts=settings.max_attempts,
    authenticator_seconds=authenticating.authenticator_timeout_seconds,
)


@logger.inject_lambda_context
@metrics.log_metrics
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Answer API Gateway's event."""
    invocation.begin(context)
    request = Request.from_event(event)
    answer = {"POST": _submit, "GET": _look}[event["httpMethod"]]
    if event["resource"].endswith("/callback"):
        answer = _come_back
    spoken = pages.to(request, document=True)
    try:
        response = answer(request, spoken)
    except InvalidFormError as refusal:
        logger.warning("completion refused", extra={"reason": str(refusal)})
        response = bad_request(spoken)
    except TransitionRefusedError as refusal:
        logger.warning("completion refused", extra={"reason": refusal.reason.value})
        # Who does not hold the ticket is told nothing of the session, least of all its `state`.
        home = None if refusal.reason is Reason.NOT_MATCHING else way_back(refusal.authorisation)
        response = refused(spoken, refusal.reason, way_back=home)
    except Exception:  # noqa: BLE001 - whatever it was, a person is owed a page; the log has the rest
        logger.exception("completion failed")
        response = trouble(spoken, again=form_again(request.form(), _base_url(request)))
    return response.to_event()


def _submit(request: Request, spoken: Pages) -> Response:
    submitted = Submission.read(request.form())
    holder, step, client = submitted.holder, submitted.step, _client_context(request, spoken)
    view: View
    match submitted.do:
        case "continue":
            view = complete.go_on(holder, step, client)
        case "answer":
            view = complete.answer(holder, step, submitted.typed, client)
        case "look":
            view = complete.look_again(holder, client)
        case "cancel":
            view = complete.cancel(holder, client)
    return shown(spoken, view, ticket=holder.ticket, base_url=_base_url(request))


def _look(request: Request, spoken: Pages) -> Response:
    authorisation_id, view = canonical_id(request.only("authorisation_id") or ""), request.only("view")
    if authorisation_id is None or not view:
        raise InvalidFormError("a look without its parameters")
    return shown(spoken, complete.look(authorisation_id, view), ticket="", base_url=_base_url(request))


def _come_back(request: Request, spoken: Pages) -> Response:
    query = {name: value for name in request.query if (value := request.only(name)) is not None}
    view, ticket = complete.come_back(query, _client_context(request, spoken))
    return shown(spoken, view, ticket=ticket, base_url=_base_url(request))


def _client_context(request: Request, spoken: Pages) -> ClientContext:
    return ClientContext(locale=spoken.language, callback_url=f"{_base_url(request)}/completion/callback")


def _base_url(request: Request) -> str:
    return pages_settings.public_url or request.base_url
