"""Put the product's web pages together."""

from werkzeug.exceptions import HTTPException

from simulator.banking_service import BankingService
from simulator.parties.product import accounts, dialogue
from simulator.parties.product.consumer_client import ConsumerApi, ConsumerApiError
from simulator.parties.product.trouble import trouble
from simulator.wire.connector import ConnectorError
from simulator.wire.exchanges import Exchanges
from simulator.wire.party import Party

UNREACHABLE = "We could not reach your bank"
RETRY = "Nothing was changed. Please try again in a moment."


def create(
    exchanges: Exchanges, service: BankingService, consumer: ConsumerApi, origin: str, exchanges_url: str
) -> Party:
    """Make the product's application; `exchanges_url` is the page that lists the exchanges."""
    app = Party("product", exchanges, caller="browser")
    app.context_processor(lambda: {"exchanges_url": exchanges_url})
    app.register_blueprint(accounts.pages(service.world, consumer, origin))
    app.register_blueprint(dialogue.pages(service, consumer))

    @app.errorhandler(ConsumerApiError)
    def refused(error: ConsumerApiError) -> tuple[str, int]:
        return trouble(error.status, UNREACHABLE, RETRY, error.detail)

    @app.errorhandler(ConnectorError)
    def failed(error: ConnectorError) -> tuple[str, int]:
        return trouble(502, UNREACHABLE, RETRY, str(error))

    @app.errorhandler(HTTPException)
    def mistaken(error: HTTPException) -> tuple[str, int]:
        return trouble(error.code or 500, error.name, error.description or "")

    return app
