"""The product's application."""

from flask import Response
from werkzeug.exceptions import HTTPException

from simulator.banking_service import BankingService
from simulator.parties.product import accounts, dialogue
from simulator.parties.product.consumer_client import ConsumerApiClient, ConsumerApiError
from simulator.parties.product.error_page import error_page
from simulator.parties.product.policy import policy
from simulator.wire.connector import ConnectorError
from simulator.wire.exchanges import Exchanges
from simulator.wire.party import Party

UNREACHABLE = "We could not reach your bank"
RETRY = "Nothing was changed. Please try again in a moment."


def create(exchanges: Exchanges, service: BankingService, consumer: ConsumerApiClient, origin: str) -> Party:
    """Return the application."""
    app = Party("product", exchanges, caller="browser")
    app.register_blueprint(accounts.pages(service, consumer, origin))
    app.register_blueprint(dialogue.pages(service, consumer))

    @app.after_request
    def protect(response: Response) -> Response:
        strict = service.settings.current.product_policy == "strict"
        response.headers["Content-Security-Policy"] = policy(service.connector.browser_origin, strict=strict)
        return response

    @app.errorhandler(ConsumerApiError)
    def refused(error: ConsumerApiError) -> tuple[str, int]:
        return error_page(error.status, UNREACHABLE, RETRY, error.detail)

    @app.errorhandler(ConnectorError)
    def failed(error: ConnectorError) -> tuple[str, int]:
        return error_page(502, UNREACHABLE, RETRY, str(error))

    @app.errorhandler(HTTPException)
    def http_error(error: HTTPException) -> tuple[str, int]:
        return error_page(error.code or 500, error.name, error.description or "")

    return app
