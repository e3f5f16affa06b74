"""The product's application."""

from werkzeug.exceptions import HTTPException

from simulator.banking_service import BankingService
from simulator.parties.product import accounts, dialogue
from simulator.parties.product.consumer_client import ConsumerApiClient, ConsumerApiError
from simulator.parties.product.error_page import error_page
from simulator.wire.connector import ConnectorError
from simulator.wire.exchanges import Exchanges
from simulator.wire.party import Party

UNREACHABLE = "We could not reach your bank"
RETRY = "Nothing was changed. Please try again in a moment."


def create(
    exchanges: Exchanges, service: BankingService, consumer: ConsumerApiClient, origin: str, exchanges_url: str
) -> Party:
    """Return the application. `exchanges_url` is the page of exchanges."""
    app = Party("product", exchanges, caller="browser")
    app.context_processor(lambda: {"exchanges_url": exchanges_url})
    app.register_blueprint(accounts.pages(service.records, consumer, origin))
    app.register_blueprint(dialogue.pages(service, consumer))

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
