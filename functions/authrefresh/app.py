"""GET /authrefresh: claim the session and answer with the journey's first page, or with the page that says why not."""

import time
from typing import Any

from connector.bootstrap.sessions import sessions
from connector.journey.settings import StartSettings
from connector.journey.start import AuthrefreshQuery, InvalidQueryError, StartJourney
from connector.pages.refusals import bad_request, not_now, refused, trouble
from connector.pages.rendering.pages import Pages
from connector.pages.settings import PageSettings
from connector.pages.start import start
from connector.runtime.observability import count, logger, subject
from connector.runtime.settings import read
from connector.session.authorisation import TransitionRefusedError, canonical_id
from connector.web.gateway import Request, Response

settings = read(PageSettings)
pages = Pages(settings)
start_journey = StartJourney(
    sessions(), read(StartSettings).notification_grace_milliseconds / 1000, time.time, time.sleep
)


def handler(event: dict[str, Any], context: object) -> dict[str, Any]:  # noqa: ARG001 - Lambda's signature
    """Answer API Gateway's event."""
    request = Request.from_event(event)
    subject(authorisation_id=canonical_id(request.only("authorisation_id") or ""), address=request.address)
    return _answer(request, pages.to(request)).to_event()


def _answer(request: Request, answering: Pages) -> Response:
    if request.is_speculative:
        return not_now(answering)
    return_url = None
    try:
        query = AuthrefreshQuery.read(request.only, settings.redirect_origins)
        return_url = query.return_url
        opened = start_journey(query)
        logger.info("authrefresh opened the session")
        return start(answering, opened, base_url=settings.base_url(request))
    except InvalidQueryError as refusal:
        logger.warning("authrefresh refused", extra={"reason": str(refusal)})
        return bad_request(answering)
    except TransitionRefusedError as refusal:
        logger.warning("authrefresh refused", extra={"reason": refusal.reason.value})
        count("AuthrefreshRefused")
        return refused(answering, refusal.reason, return_url=return_url)
    except Exception:  # noqa: BLE001 - after any error the customer gets a page; the log has the details
        logger.exception("authrefresh failed")
        return trouble(answering, return_url=return_url)
