"""A fault of the connector: the page says so, nothing is lost, and the customer can go on."""

import time
from urllib.parse import urlencode

import pytest
from bs4 import BeautifulSoup

from tests import sample
from tests.deployment import Deployment

QUERY = {
    "authorisation_id": sample.ID,
    "redirect_uri": "https://eu.sagebankdrive.com/return?journey=7",
    "state": sample.SAGE_STATE,
    "externalId": sample.EXTERNAL_ID,
}
BROWSER = {"Sec-Fetch-Mode": "navigate", "Accept-Language": "de-DE,de;q=0.9"}


@pytest.fixture(autouse=True)
def _redirects(stack: Deployment) -> None:
    stack.environment["REDIRECT_ORIGINS"] = "https://*.sagebankdrive.com"


def breaks(stack: Deployment) -> str:
    """Take the table away; return its name."""
    table = stack.environment["AUTHORISATIONS_TABLE"]
    stack.environment["AUTHORISATIONS_TABLE"] = "missing"
    stack.cold()
    return table


def test_on_the_first_page_it_leads_back_to_the_product(stack: Deployment) -> None:
    breaks(stack)
    answer = stack.request("authrefresh", "GET", "/authrefresh", query=QUERY, headers=BROWSER)
    page = BeautifulSoup(answer.body, "html.parser")
    assert answer.status == 500
    link = page.select_one("main a")
    assert link is not None
    assert link["href"] == f"{QUERY['redirect_uri']}&state={sample.SAGE_STATE}"
    assert "Bei uns ist leider ein Fehler aufgetreten" in page.get_text()


@pytest.mark.parametrize("redirect_uri", ["https://evil.example/", "javascript:alert(1)"])
def test_it_never_leads_where_the_deployer_did_not_allow(stack: Deployment, redirect_uri: str) -> None:
    breaks(stack)
    query = QUERY | {"redirect_uri": redirect_uri}
    answer = stack.request("authrefresh", "GET", "/authrefresh", query=query, headers=BROWSER)
    assert redirect_uri not in answer.body


def test_later_it_offers_to_try_again_and_that_shows_where_the_journey_stands(stack: Deployment) -> None:
    stack.store.apply(sample.notify(time.time()))
    stack.store.apply(sample.open_session(time.time()))
    form = {"authorisation_id": sample.ID, "ticket": sample.TICKET, "step": "0", "do": "continue"}
    assert stack.request("completion", "POST", "/completion", body=urlencode(form), headers=BROWSER).status == 200
    table = breaks(stack)
    answered = form | {"step": "1", "do": "answer"}
    broken = stack.request("completion", "POST", "/completion", body=urlencode(answered), headers=BROWSER)
    assert broken.status == 500

    page = BeautifulSoup(broken.body, "html.parser")
    fields = {str(field["name"]): str(field["value"]) for field in page.select("form [name]")}
    assert fields["do"] == "refresh"
    stack.environment["AUTHORISATIONS_TABLE"] = table
    stack.cold()
    again = stack.request("completion", "POST", "/completion", body=urlencode(fields), headers=BROWSER)
    assert again.status == 200
    assert BeautifulSoup(again.body, "html.parser").select_one("button[value=answer]")
