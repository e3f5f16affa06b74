"""The dialogue that shows the connector's page, and the landing that the connector redirects to."""

from urllib.parse import urlencode

from flask import Blueprint, redirect, render_template, request
from markupsafe import Markup
from werkzeug.exceptions import BadRequest
from werkzeug.wrappers import Response as AnyResponse

from simulator.banking_service import BankingService
from simulator.parties.product.consumer_client import ConsumerApi
from simulator.parties.product.displays import checked
from simulator.parties.product.trouble import trouble
from simulator.rules.world import World
from simulator.wire.connector import Connector, ConnectorError

QUERY = ("bankaccount", "authorisation_id", "redirect_uri", "state", "externalId")
WRONG_STATE = "The state in this address is missing or is not the one that we sent. Nothing was changed."


def pages(banking_service: BankingService, consumer: ConsumerApi) -> Blueprint:
    """Make the pages."""
    site = Blueprint("dialogue", __name__)
    connector = banking_service.connector

    @site.get("/dialogue")
    def dialogue() -> str | AnyResponse:
        if any(name not in request.args for name in QUERY):
            raise BadRequest("This page is reached by Reconnect.")
        query = urlencode({name: request.args[name] for name in QUERY})
        url = f"{connector.authrefresh_url}?{query}"
        match checked(request.args.get("display")):
            case "page":
                return redirect(url, 303)
            case "iframe":
                return render_template("dialogue.html", frame=url)
            case _:
                return render_template("dialogue.html", fragment=_fetch(connector, url))

    @site.get("/landing")
    def landing() -> str | tuple[str, int]:
        if request.headers.get("Sec-Fetch-Dest") == "iframe":
            return render_template("breakout.html", url=request.url)
        bank_account_id = request.args.get("account", "")
        if not _known(banking_service.world, bank_account_id, request.args.getlist("state")):
            return trouble(403, "We could not confirm where you came from", WRONG_STATE)
        return render_template("landing.html", account=consumer.account(bank_account_id))

    return site


def _fetch(connector: Connector, url: str) -> Markup:
    """Fetch the connector's page as a server does: without the Sec-Fetch headers of a browser.

    Whether Sage passes the customer's language on is not known; here it does.
    """
    language = request.headers.get("Accept-Language")
    headers = {"Accept": "text/html"} | ({"Accept-Language": language} if language else {})
    answer = connector.fetch(url, headers)
    if not answer.headers.get("Content-Type", "").startswith("text/html"):
        raise ConnectorError(f"GET authrefresh was answered {answer.status_code} without HTML")
    # Whatever its status, the answer is a page for the customer. It is trusted as Sage trusts it.
    return Markup(answer.content.decode(errors="replace"))  # noqa: S704 - said above


def _known(world: World, bank_account_id: str, states: list[str]) -> bool:
    """Tell whether exactly one `state` came back, of an authorisation of this account."""
    return len(states) == 1 and any(
        kept.state == states[0] and kept.bank_account_id == bank_account_id for kept in world.authorisations()
    )
