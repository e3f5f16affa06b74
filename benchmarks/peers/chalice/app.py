"""Both endpoints with Chalice: routes in app.py, the rest in chalicelib, clients and libraries made when first used."""

from typing import Any

from chalice import BadRequestError, Chalice, Response, UnauthorizedError

from chalicelib.pages import page
from chalicelib.query import InvalidQueryError, read_query
from chalicelib.sessions import RefusedError, claim_session, start_session

app = Chalice(app_name="peer")


@app.route("/notification", methods=["POST"])
def notification() -> dict[str, str]:
    """Store the session that a notification starts."""
    # Only this route verifies a token and validates a body.
    from chalicelib.authentication import NotAuthenticatedError, authenticate
    from chalicelib.notifications import MalformedError, read_notification

    request: Any = app.current_request
    try:
        authenticate(request.headers)
        found = read_notification(request.raw_body)
    except NotAuthenticatedError:
        raise UnauthorizedError("not authenticated") from None
    except MalformedError:
        raise BadRequestError("malformed") from None
    if not found.starts_authorisation:
        return {"status": "not_handled"}
    started = start_session(found.resource.id.lower(), found.additional_data.bank_id)
    return {"status": "started" if started else "duplicate"}


@app.route("/authrefresh", methods=["GET"])
def authrefresh() -> Response:
    """Claim the session and render the first page."""
    try:
        query = read_query(app.current_request.query_params or {})
        ticket = claim_session(query.pop("authorisation_id"), **query)
    except InvalidQueryError:
        return page("refused.html", 400, reason="This link is not complete.")
    except RefusedError as refused:
        return page("refused.html", refused.status, reason=refused.reason)
    request: Any = app.current_request
    return page("start.html", 200, authorisation_id=request.query_params["authorisation_id"], ticket=ticket)
