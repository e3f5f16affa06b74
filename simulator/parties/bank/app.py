"""The bank's application: home page, phones, backend and identity provider."""

from flask import Response, jsonify, render_template

from simulator.bank.customers import CUSTOMERS, PASSWORD
from simulator.bank.systems import Bank
from simulator.parties.bank import backend, identity_provider, phone
from simulator.wire.exchanges import Exchanges
from simulator.wire.party import Party

NAME = "Example Bank"


def create(exchanges: Exchanges, bank: Bank) -> Party:
    """Return the application."""
    app = Party("bank", exchanges, caller="connector")
    app.context_processor(lambda: {"bank_name": NAME, "customers": CUSTOMERS.values(), "password": PASSWORD})

    @app.get("/")
    def home() -> str:
        return render_template("bank/home.html")

    @app.get("/about")
    def about() -> Response:
        return jsonify(name=NAME, logo="/logo.svg")

    @app.get("/logo.svg")
    def logo() -> Response:
        return app.send_static_file("bank.svg")

    @app.get("/health")
    def health() -> Response:
        return jsonify(status="ok")

    for part in (backend.routes(bank), identity_provider.routes(bank), phone.routes(bank)):
        app.register_blueprint(part)
    return app
