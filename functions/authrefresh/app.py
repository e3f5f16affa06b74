"""GET /authrefresh: claim the session and answer with the start of the journey, or with the page that says why not."""

import time
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from connector.bootstrap.aws import sessions
from connector.journey.start import InvalidQueryError, StartJourney, read_query
from connector.pages import Pages
from connector.pages.refusals import bad_request, not_now, refused, trouble
from connector.pages.settings import PageSettings
from connector.pages.start import start
from connector.runtime.observability import count, logger, metrics
from connector.runtime.settings import read
from connector.session.authorisation import TransitionRefusedError
from connector.settings import StartSettings
from connector.web.gateway import Request, Response
from connector.web.redirect import return_url

settings = read(PageSettings)
pages = Pages(settings)
start_journey = StartJourney(
    sessions(), read(StartSettings).notification_grace_milliseconds / 1000, time.time, time.sleep
)


@logger.inject_lambda_context
@metrics.log_metrics
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:  # noqa: ARG001 - Lambda's signature
    """Answer API Gateway's event."""
    request = Request.from_event(event)
    try:
        response = _answer(request)
    except Exception:  # noqa: BLE001 - whatever it was, a person is owed a page; the log has the rest
        logger.exception("authrefresh failed")
        response = trouble(pages.to(request), way_back=_way_back(request))
    return response.to_event()


def _answer(request: Request) -> Response:
    answering = pages.to(request)
    if request.is_speculative:
        # The session is used once: by its customer, not by a browser that guesses what they may want next.
        return not_now(answering)
    try:
        query = read_query(request.only, settings.redirect_origins)
    except InvalidQueryError as refusal:
        logger.warning("authrefresh refused", extra={"reason": str(refusal)})
        return bad_request(answering)
    try:
        started = start_journey(query)
    except TransitionRefusedError as refusal:
        logger.warning("authrefresh refused", extra={"reason": refusal.reason.value})
        count("AuthrefreshRefused")
        return refused(answering, refusal.reason, way_back=return_url(query.redirect_uri, query.state))
    return start(answering, started, base_url=settings.public_url or request.base_url)


def _way_back(request: Request) -> str | None:
    """Return where the customer came from, if that is somewhere they may be sent."""
    try:
        query = read_query(request.only, settings.redirect_origins)
    except InvalidQueryError:
        return None
    return return_url(query.redirect_uri, query.state)
