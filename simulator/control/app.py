"""The control application: all routes, settings, exchanges, reset, and the page of exchanges."""

from collections.abc import Callable

from flask import Blueprint, Flask, Response, jsonify, redirect, render_template, request
from pydantic import ValidationError as PydanticError
from werkzeug.wrappers import Response as AnyResponse

from simulator.bank.systems import Bank
from simulator.banking_service import BankingService
from simulator.control import accounts, bank, connector, sage_id
from simulator.control import faults as fault_routes
from simulator.rules.faults import Faults
from simulator.rules.refusals import ValidationError
from simulator.settings import CurrentSettings
from simulator.wire.connector import ConnectorError
from simulator.wire.exchanges import Exchanges
from simulator.wire.sage_errors import use_sage_errors

PREFIX = "/simulator"
# The most exchanges on the page. The API lists all.
SHOWN = 500


def create(  # noqa: PLR0913, PLR0917 - everything that the API controls
    exchanges: Exchanges,
    banking_service: BankingService,
    product_url: str,
    reset: Callable[[], None],
    faults: Faults,
    systems: Bank,
) -> Flask:
    """Return the control application."""
    app = Flask("simulator")
    app.json.sort_keys = False  # type: ignore[attr-defined] # only on Flask's default provider
    use_sage_errors(app)
    parts = (
        _core(exchanges, banking_service.settings, product_url, reset),
        accounts.routes(banking_service.records),
        connector.routes(banking_service, product_url),
        sage_id.routes(banking_service),
        fault_routes.routes(faults, product_url),
        bank.routes(systems),
    )
    for part in parts:
        app.register_blueprint(part, url_prefix=f"{PREFIX}{part.url_prefix or ''}")

    @app.before_request
    def only_json() -> None:
        # Protects against CSRF: a page of another origin cannot send JSON without a CORS preflight.
        is_same_origin = request.headers.get("Origin") == request.host_url.rstrip("/")
        if request.get_data() and request.method != "GET" and not request.is_json and not is_same_origin:
            raise ValidationError("Content-Type must be application/json")

    @app.errorhandler(ConnectorError)
    def connector_failed(error: ConnectorError) -> tuple[Response, int]:
        return jsonify(error={"code": "ConnectorError", "detail": str(error)}), 502

    return app


def _core(exchanges: Exchanges, settings: CurrentSettings, product_url: str, reset: Callable[[], None]) -> Blueprint:
    api = Blueprint("core", __name__)

    @api.get("/")
    def page() -> str:
        return render_template("exchanges.html", exchanges=exchanges.newest_first()[:SHOWN], home_url=product_url)

    @api.get("/exchanges")
    def list_exchanges() -> Response:
        return jsonify(exchanges=exchanges.since(request.args.get("since", 0, type=int)))

    @api.delete("/exchanges")
    def clear_exchanges() -> tuple[str, int]:
        exchanges.clear()
        return "", 204

    @api.post("/exchanges/clear")
    def clear_from_page() -> AnyResponse:
        exchanges.clear()
        return redirect(f"{PREFIX}/", 303)

    @api.get("/settings")
    def get_settings() -> Response:
        return jsonify(settings.current.model_dump())

    @api.patch("/settings")
    def change_settings() -> Response:
        try:
            return jsonify(settings.change(request.get_json()).model_dump())
        except (PydanticError, TypeError) as error:
            raise ValidationError(str(error)) from error

    @api.post("/reset")
    def reset_all() -> tuple[str, int]:
        reset()
        return "", 204

    return api
