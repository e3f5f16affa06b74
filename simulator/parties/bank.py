"""The provider whose accounts are linked: for now its name, logo and health."""

from flask import Response, jsonify, render_template

from simulator.wire.exchanges import Exchanges
from simulator.wire.party import Party

NAME = "Example Bank"


def create(exchanges: Exchanges) -> Party:
    """Make the bank's application."""
    app = Party("bank", exchanges, caller="connector")

    @app.get("/")
    def home() -> str:
        return render_template("bank.html", name=NAME)

    @app.get("/about")
    def about() -> Response:
        return jsonify(name=NAME, logo="/logo.svg")

    @app.get("/logo.svg")
    def logo() -> Response:
        return app.send_static_file("bank.svg")

    @app.get("/health")
    def health() -> Response:
        return jsonify(status="ok")

    return app
