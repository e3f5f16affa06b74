"""A customer's phone as a web page: the last code by text message, and the approval requests of the app."""

from flask import Blueprint, Response, jsonify, redirect, render_template, request
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response as AnyResponse

from simulator.bank.customers import CUSTOMERS
from simulator.bank.phones import Decision
from simulator.bank.systems import Bank

DECISIONS = {"approve": Decision.APPROVED, "refuse": Decision.REFUSED}


def routes(bank: Bank) -> Blueprint:
    """Return the routes."""
    site = Blueprint("phone", __name__, url_prefix="/phones")

    @site.get("/<user_name>")
    def show(user_name: str) -> str:
        _require_known(user_name)
        requests = bank.phones.requests(user_name)
        code = bank.phones.code(user_name)
        return render_template("bank/phone.html", user_name=user_name, code=code, requests=requests[::-1])

    @site.get("/<user_name>/messages")
    def messages(user_name: str) -> Response:
        _require_known(user_name)
        requests = [{"id": found.request_id, "decision": found.decision} for found in bank.phones.requests(user_name)]
        return jsonify(code=bank.phones.code(user_name), requests=requests)

    @site.post("/<user_name>/requests/<request_id>")
    def decide(user_name: str, request_id: str) -> AnyResponse:
        _require_known(user_name)
        decision = DECISIONS.get(request.form.get("do", ""))
        if decision is None:
            raise NotFound
        bank.phones.decide(user_name, request_id, decision)
        return redirect(f"/phones/{user_name}", 303)

    return site


def _require_known(user_name: str) -> None:
    if user_name not in CUSTOMERS:
        raise NotFound
