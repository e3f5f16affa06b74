"""The Provider API, which the connector calls.

Sage documents no success codes and no response to a repeated PATCH. The simulator uses 200, 202 and 409.
"""

import hmac

from flask import Blueprint, Response, g, jsonify, request

from simulator.banking_service import BankingService
from simulator.credentials import Credentials
from simulator.rules.rate_limit import RateLimit
from simulator.rules.record_store import RecordStore
from simulator.rules.records import Statement
from simulator.rules.refusals import AuthenticationError, ValidationError
from simulator.settings import CurrentSettings
from simulator.tokens.authority import PROVIDER_API_AUDIENCE, InvalidTokenError, TokenAuthority
from simulator.wire.exchanges import Exchanges, timestamp
from simulator.wire.messages import AccountQuery, PatchAuthorisation, PostStatement
from simulator.wire.party import Party
from simulator.wire.sage_errors import use_sage_errors


def create(exchanges: Exchanges, banking_service: BankingService) -> Party:
    """Return the application."""
    app = Party("provider_api", exchanges, caller="connector")
    use_sage_errors(app)
    limit = RateLimit(window=1)
    authority, credentials = banking_service.authority, banking_service.credentials

    @app.before_request
    def admit() -> Response | None:
        _authenticate(authority, credentials)
        allowed = banking_service.settings.current.provider_api_per_second
        if not limit.allows(credentials.client_id, allowed):
            return Response(status=429)
        if request.method in {"POST", "PATCH"} and request.mimetype != "application/json":
            raise ValidationError("Content-Type must be application/json")
        return None

    app.register_blueprint(_v1(banking_service.records, banking_service.settings), url_prefix="/v1")
    return app


def _authenticate(authority: TokenAuthority, credentials: Credentials) -> None:
    api_key = request.headers.get("x-api-key", "")
    if not hmac.compare_digest(api_key.encode(), credentials.api_key.encode()):
        raise AuthenticationError("x-api-key is missing or wrong")
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer":
        raise AuthenticationError("a Sage ID bearer token is needed")
    try:
        claims = authority.verify(token, PROVIDER_API_AUDIENCE)
    except InvalidTokenError as error:
        raise AuthenticationError(str(error)) from error
    if claims.get("sub") != credentials.client_id:
        raise AuthenticationError("the token belongs to another client")


def _v1(records: RecordStore, settings: CurrentSettings) -> Blueprint:
    api = Blueprint("v1", __name__)

    @api.patch("/authorisations/<authorisation_id>")
    def patch_authorisation(authorisation_id: str) -> Response:
        body = PatchAuthorisation.read(request.get_data())
        accepted = settings.current.accepted_statuses
        if body.data.status not in accepted:
            raise ValidationError(f"data.status: must be one of {', '.join(accepted)}")
        records.report(authorisation_id, body.data.status, g.received_at)
        return jsonify(data={"_id": authorisation_id, "status": body.data.status})

    @api.post("/statements")
    def post_statement() -> tuple[Response, int]:
        data = PostStatement.read(request.get_data()).data
        if data.account_details[0].bank_account_id != data.principal_id:
            raise ValidationError("principalId and accountDetails name different accounts")
        statement = records.post_statement(data.principal_id, data.bank_id)
        return jsonify(data=_shown(statement)), 202

    @api.get("/statements/<statement_id>")
    def get_statement(statement_id: str) -> Response:
        return jsonify(data=_shown(records.statement(statement_id)))

    @api.post("/accountqueries")
    def query_account() -> Response:
        data = AccountQuery.read(request.get_data()).data
        account = records.find_account(data.bank_id, data.external_id)
        return jsonify(
            data={
                "bankAccountId": account.bank_account_id,
                "status": account.status,
                "requestedStartDate": account.requested_start_date,
            }
        )

    return api


def _shown(statement: Statement) -> dict[str, str | None]:
    return {
        "_id": statement.statement_id,
        "bankAccountId": statement.bank_account_id,
        "status": statement.status,
        "reason": statement.reason,
        "createdDate": timestamp(statement.created_at),
    }
