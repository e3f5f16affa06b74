"""The control application: the pages and the API of the simulator."""

from collections.abc import Callable

from flask import Blueprint, Flask, Response, jsonify, redirect, request
from pydantic import ValidationError as PydanticError
from werkzeug.wrappers import Response as AnyResponse

from simulator.bank.systems import Bank
from simulator.control import accounts, bank, choices, connector, messages, sage_id, stack
from simulator.control import faults as fault_routes
from simulator.places import Places
from simulator.rules.refusals import ValidationError
from simulator.settings import CurrentSettings
from simulator.wire.connector import ConnectorError
from simulator.wire.exchanges import Exchanges
from simulator.wire.sage_errors import use_sage_errors
from simulator.workbench.workbench import Workbench

PREFIX = "/simulator"


def create(
    exchanges: Exchanges, workbench: Workbench, places: Places, systems: Bank, reset: Callable[[], None]
) -> Flask:
    """Return the control application."""
    app = Flask("simulator")
    app.json.sort_keys = False  # type: ignore[attr-defined] # only on Flask's default provider
    use_sage_errors(app)
    places.show_in(app)
    service = workbench.service
    parts = (
        _core(exchanges, service.settings, reset),
        messages.routes(exchanges, workbench),
        choices.routes(workbench),
        accounts.routes(service.records),
        connector.routes(service, workbench.landing),
        sage_id.routes(service),
        fault_routes.routes(service.faults),
        bank.routes(systems),
        stack.routes(service, workbench.stack),
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


def _core(exchanges: Exchanges, settings: CurrentSettings, reset: Callable[[], None]) -> Blueprint:
    api = Blueprint("core", __name__)

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
    def reset_all() -> tuple[str, int] | AnyResponse:
        reset()
        # A button of the page sends a form.
        return redirect(f"{PREFIX}/", 303) if request.form else ("", 204)

    return api
