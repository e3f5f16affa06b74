"""/completion: the customer's answers, the outcome, PATCH /authorisations, and the way home."""

import time
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from connector import aws
from connector.authenticators import load
from connector.authorisation import Outcome, Refused, canonical_id
from connector.credentials import CredentialsVault
from connector.delivery import Delivery
from connector.http import Request, Response
from connector.observability import logger, metrics
from connector.pages import Pages
from connector.pages.completion import shown, way_back
from connector.pages.refusals import bad_request, refused, trouble
from connector.sage.provider_api import ProviderApi
from connector.sage.tokens import SageId, SecretShelf, Tokens
from connector.settings import Settings
from connector.store import DynamoDBStore
from connector.use_cases.complete_authorisation import Bearer, CompleteAuthorisation

settings = Settings.from_environment()
pages = Pages(settings)
credentials = CredentialsVault(aws.secretsmanager(), settings.credentials_secret_arn, time.time)
sage_id = SageId(settings.sage_id_token_url, settings.provider_api_audience, credentials, time.time)
tokens = Tokens(SecretShelf(aws.secretsmanager(), settings.token_secret_arn), sage_id.fetch, time.time)
store = DynamoDBStore(aws.dynamodb(), settings.authorisations_table)
complete = CompleteAuthorisation(
    store,
    load(settings.authenticator),
    Delivery(store, ProviderApi(settings.provider_api_url, credentials, tokens), time.time, time.sleep),
    {Outcome.SUCCESS: "success", Outcome.FAILED: settings.failed_status, Outcome.CANCELLED: settings.cancelled_status},
    time.time,
)


@logger.inject_lambda_context
@metrics.log_metrics
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:  # noqa: ARG001 - Lambda's signature
    """Answer API Gateway's event."""
    request = Request.from_event(event)
    look = event["httpMethod"] == "GET"
    try:
        response = _look(request) if look else _submit(request)
    except Refused as refusal:
        logger.warning("completion refused", extra={"because": refusal.reason.value})
        response = refused(pages, refusal.reason, way_back=way_back(refusal.authorisation))
    except Exception:  # noqa: BLE001 - whatever it was, a person is owed a page; the log has the rest
        logger.exception("completion failed")
        response = trouble(pages)
    return response.to_event()


def _submit(request: Request) -> Response:
    form = request.form()
    authorisation_id = canonical_id(form.get("authorisation_id", ""))
    ticket = form.get("ticket", "")
    actions = {"continue": complete.go_on, "confirm": complete.confirm, "cancel": complete.cancel}
    action = actions.get(form.get("do", ""))
    if authorisation_id is None or not ticket or action is None:
        return bad_request(pages)
    view = action(Bearer(authorisation_id, ticket))
    return shown(pages, view, ticket=ticket, base_url=settings.public_url or request.base_url)


def _look(request: Request) -> Response:
    authorisation_id = canonical_id(request.only("authorisation_id") or "")
    view = request.only("view")
    if authorisation_id is None or view is None:
        return bad_request(pages)
    ended = complete.look(authorisation_id, view)
    return shown(pages, ended, ticket="", base_url=settings.public_url or request.base_url)
