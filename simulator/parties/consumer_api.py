"""The Consumer API, which the product calls. It needs no token here, because only loopback clients reach it."""

from typing import Any
from urllib.parse import urlsplit

from flask import Response, jsonify, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from simulator.banking_service import BankingService, authrefresh_query
from simulator.rules.records import Account
from simulator.rules.refusals import ValidationError
from simulator.wire.connector import ConnectorError
from simulator.wire.exchanges import Exchanges
from simulator.wire.party import Party
from simulator.wire.sage_errors import use_sage_errors


def create(exchanges: Exchanges, banking_service: BankingService, dialogue_url: str) -> Party:
    """Return the application. indirectauth redirects the customer to `dialogue_url`."""
    app = Party("consumer_api", exchanges, caller="product")
    use_sage_errors(app)
    records = banking_service.records

    @app.get("/bankaccounts")
    def bank_accounts() -> Response:
        return jsonify(data=[shown(account) for account in records.accounts()])

    @app.get("/bankaccounts/<bank_account_id>")
    def bank_account(bank_account_id: str) -> Response:
        return jsonify(data=shown(records.account(bank_account_id)))

    @app.get("/bankaccounts/<bank_account_id>/indirectauth")
    def indirect_auth(bank_account_id: str) -> AnyResponse:
        back = urlsplit(request.args.get("redirect", ""))
        if back.scheme not in {"http", "https"} or not back.netloc:
            raise ValidationError("redirect must be an absolute URL")
        authorisation = banking_service.start(bank_account_id, back.geturl())
        return redirect(f"{dialogue_url}?{authrefresh_query(authorisation)}")

    @app.errorhandler(ConnectorError)
    def provider_failed(error: ConnectorError) -> tuple[Response, int]:
        # Sage does not document its response when a provider fails.
        failure = {"code": "ProviderError", "message": "The provider failed.", "detail": str(error)}
        return jsonify(data=None, links=None, meta=None, error=failure), 502

    return app


def shown(account: Account) -> dict[str, Any]:
    """Return an account as the product receives it."""
    return {
        "bankAccountId": account.bank_account_id,
        "bankId": account.bank_id,
        "externalId": account.external_id,
        "name": account.name,
        "status": account.status,
    }
