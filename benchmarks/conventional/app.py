"""GET /authrefresh in a conventional way, for comparison: Powertools' event handler, pydantic, a boto3 resource."""

import os
import time
from typing import Annotated, Any
from uuid import UUID

import boto3
from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.event_handler import APIGatewayRestResolver, Response
from boto3.dynamodb.conditions import Attr
from jinja2 import Template
from pydantic import BaseModel, Field, HttpUrl

logger, metrics = Logger(service="conventional"), Metrics(namespace="conventional")
app = APIGatewayRestResolver()
table = boto3.resource("dynamodb").Table(os.environ["AUTHORISATIONS_TABLE"])
page = Template("<h1>Reconnect your account</h1><form method=post><button>Continue</button></form>", autoescape=True)


class Query(BaseModel):
    """The query parameters."""

    authorisation_id: UUID
    redirect_uri: HttpUrl
    state: Annotated[str, Field(min_length=1)]
    external_id: Annotated[str, Field(min_length=1, alias="externalId")]
    bankaccount: str | None = None


@app.get("/authrefresh")
def authrefresh() -> Response[str]:
    """Claim the session."""
    query = Query.model_validate(app.current_event.query_string_parameters)
    try:
        table.update_item(
            Key={"authorisation_id": str(query.authorisation_id)},
            UpdateExpression="SET #s = :opened",
            ConditionExpression=Attr("state").eq("notified") & Attr("expires_at").gt(int(time.time())),
            ExpressionAttributeNames={"#s": "state"},
            ExpressionAttributeValues={":opened": "opened"},
        )
    except table.meta.client.exceptions.ConditionalCheckFailedException:
        return Response(status_code=403, content_type="text/html", body=page.render())
    return Response(status_code=200, content_type="text/html", body=page.render())


@logger.inject_lambda_context
@metrics.log_metrics(capture_cold_start_metric=True)
def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:  # noqa: ANN401 - the context of Lambda
    """Respond to an event of API Gateway."""
    return app.resolve(event, context)
