"""The dialogue that shows the connector's page, and the landing page to which the connector redirects."""

from urllib.parse import urlencode

from flask import Blueprint, redirect, render_template, request
from markupsafe import Markup
from werkzeug.exceptions import BadRequest
from werkzeug.wrappers import Response as AnyResponse

from simulator.banking_service import BankingService
from simulator.parties.product.consumer_client import ConsumerApiClient
from simulator.parties.product.displays import checked
from simulator.parties.product.error_page import error_page
from simulator.rules.record_store import RecordStore
from simulator.wire.connector import ConnectorError

QUERY = ("bankaccount", "authorisation_id", "redirect_uri", "state", "externalId")
WRONG_STATE = "The state in this address is missing or wrong. Nothing was changed."


def pages(banking_service: BankingService, consumer: ConsumerApiClient) -> Blueprint:
    """Return the pages."""
    site = Blueprint("dialogue", __name__)
    connector = banking_service.connector

    @site.get("/dialogue")
    def dialogue() -> str | AnyResponse:
        if any(name not in request.args for name in QUERY):
            raise BadRequest("Use Reconnect to open this page.")
        query = urlencode({name: request.args[name] for name in QUERY})
        url = f"{connector.authrefresh_url}?{query}"
        match checked(request.args.get("display")):
            case "page":
                return redirect(url, 303)
            case "iframe":
                return render_template("dialogue.html", frame=url)
            case _:
                return render_template("dialogue.html", fragment=_fetch(banking_service, query))

    @site.get("/landing")
    def landing() -> str | tuple[str, int]:
        if request.headers.get("Sec-Fetch-Dest") == "iframe":
            return render_template("breakout.html", url=request.url)
        bank_account_id = request.args.get("account", "")
        if not _is_expected(banking_service.records, bank_account_id, request.args.getlist("state")):
            return error_page(403, "We could not verify this redirect", WRONG_STATE)
        return render_template("landing.html", account=consumer.account(bank_account_id))

    return site


def _fetch(banking_service: BankingService, query: str) -> Markup:
    """Fetch the connector's page as a server does, without the Sec-Fetch headers of a browser.

    Sage does not document whether it forwards the customer's language. The simulator does.
    """
    settings = banking_service.settings.current
    language = settings.customer_language or request.headers.get("Accept-Language")
    headers = {"Accept": "text/html"} | ({"Accept-Language": language} if language else {})
    response = banking_service.connector.fetch(query, headers)
    if not response.headers.get("Content-Type", "").startswith("text/html"):
        raise ConnectorError(f"the response {response.status_code} to GET authrefresh is not HTML")
    if not response.ok and not settings.embed_refusals:
        raise ConnectorError(f"the status of GET authrefresh is {response.status_code}")
    # With an error too, the response is a page for the customer.
    return Markup(response.content.decode(errors="replace"))  # noqa: S704 - embedding is the purpose, see above


def _is_expected(records: RecordStore, bank_account_id: str, states: list[str]) -> bool:
    """Return whether there is exactly one `state`, and it belongs to an authorisation of this account."""
    return len(states) == 1 and any(
        found.state == states[0] and found.bank_account_id == bank_account_id for found in records.authorisations()
    )
