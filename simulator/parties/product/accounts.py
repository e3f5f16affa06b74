"""The customer's bank accounts, and Reconnect."""

from urllib.parse import urlencode

from flask import Blueprint, Response, jsonify, redirect, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from simulator.parties.product.consumer_client import ConsumerApi
from simulator.parties.product.displays import DISPLAYS, checked
from simulator.rules.records import AccountStatus
from simulator.rules.world import World

REJECTED = "somebody pressed the button that makes it fail"


def pages(world: World, consumer: ConsumerApi, origin: str) -> Blueprint:
    """Make the pages."""
    site = Blueprint("accounts", __name__)

    @site.get("/")
    def accounts() -> str:
        rejections = world.rejections
        return render_template("accounts.html", accounts=consumer.accounts(), displays=DISPLAYS, rejections=rejections)

    @site.get("/accounts/<bank_account_id>/status")
    def status(bank_account_id: str) -> Response:
        return jsonify(status=consumer.account(bank_account_id)["status"])

    @site.post("/accounts/<bank_account_id>/reconnect")
    def reconnect(bank_account_id: str) -> AnyResponse:
        display = checked(request.form.get("display"))
        landing = f"{origin}/landing?{urlencode({'account': bank_account_id})}"
        dialogue = consumer.start_authorisation(bank_account_id, landing)
        return redirect(f"{dialogue}&{urlencode({'display': display})}", 303)

    @site.post("/accounts/<bank_account_id>/require-authorisation")
    def require_authorisation(bank_account_id: str) -> AnyResponse:
        # An aid for developers: a real product cannot do this, only the provider can.
        world.set_status(bank_account_id, AccountStatus.AUTH_REQUIRED)
        return redirect("/", 303)

    @site.post("/accounts/<bank_account_id>/reject-statements")
    def reject_statements(bank_account_id: str) -> AnyResponse:
        # Likewise an aid: what Sage would reject, nobody knows.
        known = world.account(bank_account_id).bank_account_id
        if world.rejections.pop(known, None) is None:
            world.rejections[known] = REJECTED
        return redirect("/", 303)

    return site
