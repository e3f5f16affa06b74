"""Consumer API: what the product calls. Its callers need no token here: there is one product, on loopback."""

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
from simulator.wire.sage_errors import answer_errors


def create(exchanges: Exchanges, banking_service: BankingService, dialogue_url: str) -> Party:
    """Make Consumer API's application; `dialogue_url` is where indirectauth sends the customer."""
    app = Party("consumer_api", exchanges, caller="product")
    answer_errors(app)
    world = banking_service.world

    @app.get("/bankaccounts")
    def bank_accounts() -> Response:
        return jsonify(data=[shown(account) for account in world.accounts()])

    @app.get("/bankaccounts/<bank_account_id>")
    def bank_account(bank_account_id: str) -> Response:
        return jsonify(data=shown(world.account(bank_account_id)))

    @app.get("/bankaccounts/<bank_account_id>/indirectauth")
    def indirect_auth(bank_account_id: str) -> AnyResponse:
        back = urlsplit(request.args.get("redirect", ""))
        if back.scheme not in {"http", "https"} or not back.netloc:
            raise ValidationError("redirect must be the URL to come back to")
        authorisation = banking_service.start(bank_account_id, back.geturl())
        return redirect(f"{dialogue_url}?{authrefresh_query(authorisation)}")

    @app.errorhandler(ConnectorError)
    def provider_failed(error: ConnectorError) -> tuple[Response, int]:
        # Sage's answer when a provider fails is not documented.
        failure = {"code": "ProviderError", "message": "The provider failed.", "detail": str(error)}
        return jsonify(data=None, links=None, meta=None, error=failure), 502

    return app


def shown(account: Account) -> dict[str, Any]:
    """Show an account as the product gets it."""
    return {
        "bankAccountId": account.bank_account_id,
        "bankId": account.bank_id,
        "externalId": account.external_id,
        "name": account.name,
        "status": account.status,
    }
