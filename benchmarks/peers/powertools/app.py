"""Both endpoints with AWS Lambda Powertools, in the idiom of the AWS Lambda handler cookbook.

A REST resolver with validation, Logger, Metrics and Tracer, Parameters, pydantic models, and a data access layer on a
boto3 resource.
"""

from http import HTTPStatus
from typing import Annotated, Any
from uuid import UUID

from aws_lambda_powertools.event_handler import APIGatewayRestResolver, Response, content_types
from aws_lambda_powertools.event_handler.exceptions import UnauthorizedError
from aws_lambda_powertools.event_handler.openapi.exceptions import RequestValidationError
from aws_lambda_powertools.event_handler.openapi.params import Query
from aws_lambda_powertools.logging import correlation_paths
from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.typing import LambdaContext

from authentication import NotAuthenticatedError, authenticate
from data_access import RefusedError, claim_session, start_session
from models import Notification
from observability import logger, metrics, tracer
from pages import page
from redirects import RedirectUri

app = APIGatewayRestResolver(enable_validation=True)


@app.exception_handler(RequestValidationError)
def invalid(_: RequestValidationError) -> Response[str]:
    """Answer 400 in the endpoint's own kind: a page or JSON."""
    if app.current_event.path == "/authrefresh":
        return page("refused.html", HTTPStatus.BAD_REQUEST, reason="This link is not complete.")
    return Response(HTTPStatus.BAD_REQUEST, content_types.APPLICATION_JSON, '{"error": "malformed"}')


@app.post("/notification")
@tracer.capture_method(capture_response=False)
def notification(body: Notification) -> dict[str, str]:
    """Store the session that a notification starts."""
    if not body.starts_authorisation:
        return {"status": "not_handled"}
    started = start_session(str(UUID(body.resource.id)), body.additional_data.bank_id)
    metrics.add_metric(name="NotificationAccepted", unit=MetricUnit.Count, value=1)
    return {"status": "started" if started else "duplicate"}


@app.get("/authrefresh")
@tracer.capture_method(capture_response=False)
def authrefresh(
    authorisation_id: Annotated[UUID, Query()],
    redirect_uri: Annotated[RedirectUri, Query()],
    state: Annotated[str, Query(min_length=1, max_length=256)],
    external_id: Annotated[str, Query(alias="externalId", min_length=1, max_length=256)],
    bankaccount: Annotated[str | None, Query(max_length=256)] = None,
) -> Response[str]:
    """Claim the session and render the first page."""
    try:
        ticket = claim_session(
            str(authorisation_id),
            redirect_uri=redirect_uri,
            sage_state=state,
            external_id=external_id,
            bank_account=bankaccount,
        )
    except RefusedError as refused:
        metrics.add_metric(name="AuthrefreshRefused", unit=MetricUnit.Count, value=1)
        return page("refused.html", refused.status, reason=refused.reason)
    return page("start.html", HTTPStatus.OK, authorisation_id=authorisation_id, ticket=ticket)


def authenticated(app: APIGatewayRestResolver, next_middleware: Any) -> Response[Any]:
    """Check both proofs of a notification before anything of its body is read."""
    if app.current_event.path == "/notification":
        try:
            authenticate(app.current_event.headers)
        except NotAuthenticatedError as refusal:
            logger.warning("notification not authenticated", extra={"reason": str(refusal)})
            raise UnauthorizedError("not authenticated") from None
    return next_middleware(app)


app.use(middlewares=[authenticated])


@logger.inject_lambda_context(correlation_id_path=correlation_paths.API_GATEWAY_REST)
@metrics.log_metrics
@tracer.capture_lambda_handler(capture_response=False)
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Answer API Gateway's event."""
    return app.resolve(event, context)
