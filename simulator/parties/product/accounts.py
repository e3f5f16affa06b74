"""The page of the customer's bank accounts, with the button Reconnect."""

from urllib.parse import urlencode

from flask import Blueprint, Response, jsonify, redirect, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from simulator.banking_service import BankingService
from simulator.parties.product.consumer_client import ConsumerApiClient
from simulator.parties.product.displays import DISPLAYS, checked
from simulator.rules.records import AccountStatus

REJECTED = "a developer rejected the statements of this account"


def pages(service: BankingService, consumer: ConsumerApiClient, origin: str) -> Blueprint:
    """Return the pages."""
    site = Blueprint("accounts", __name__)
    records, settings = service.records, service.settings

    @site.get("/")
    def accounts() -> str:
        return render_template(
            "accounts.html",
            accounts=consumer.accounts(),
            displays=DISPLAYS,
            display=settings.current.display,
            rejections=records.rejections,
        )

    @site.get("/accounts/<bank_account_id>/status")
    def status(bank_account_id: str) -> Response:
        return jsonify(status=consumer.account(bank_account_id)["status"])

    @site.post("/accounts/<bank_account_id>/reconnect")
    def reconnect(bank_account_id: str) -> AnyResponse:
        display = checked(request.form.get("display", settings.current.display))
        landing = f"{origin}/landing?{urlencode({'account': bank_account_id})}"
        dialogue = consumer.start_authorisation(bank_account_id, landing)
        return redirect(f"{dialogue}&{urlencode({'display': display})}", 303)

    @site.post("/display")
    def choose_display() -> AnyResponse:
        # For developers. Sage decides how the connector's page is shown.
        settings.change({"display": checked(request.form.get("display"))})
        return redirect("/", 303)

    @site.post("/accounts/<bank_account_id>/require-authorisation")
    def require_authorisation(bank_account_id: str) -> AnyResponse:
        # For developers. In a real product only the provider can do this.
        records.set_status(bank_account_id, AccountStatus.AUTH_REQUIRED)
        return redirect("/", 303)

    @site.post("/accounts/<bank_account_id>/reject-statements")
    def reject_statements(bank_account_id: str) -> AnyResponse:
        # For developers. Sage does not document which statements it rejects.
        account_id = records.account(bank_account_id).bank_account_id
        if records.rejections.pop(account_id, None) is None:
            records.rejections[account_id] = REJECTED
        return redirect("/", 303)

    return site
