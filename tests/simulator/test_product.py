"""The product's pages over HTTP. tests/browser tests them in a browser."""

from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from bs4 import BeautifulSoup

from tests.fakes.connector import FakeConnector


@pytest.fixture
def url(simulation: dict[str, Any]) -> str:
    return str(simulation["product"]["url"])


@pytest.fixture
def account_id(accounts: dict[str, dict[str, Any]]) -> str:
    return str(accounts["acc-10001"]["bankAccountId"])


def reconnect(http: requests.Session, url: str, account_id: str, display: str) -> requests.Response:
    form = {"display": display}
    return http.post(f"{url}/accounts/{account_id}/reconnect", data=form, allow_redirects=False)


def heading(answer: requests.Response) -> str:
    found = BeautifulSoup(answer.text, "html5lib").h1
    return found.get_text() if found else ""


def test_every_account_is_listed_with_its_actions(http: requests.Session, url: str) -> None:
    page = BeautifulSoup(http.get(url).text, "html5lib")
    buttons = {card["id"]: card.button.get_text() for card in page.select("li.card") if card.button}
    assert buttons == {
        "account-acc-10001": "Reconnect Business current account",
        "account-acc-10002": "Reconnect Tax savings account",
    }


def test_the_test_controls_are_apart_from_the_product(http: requests.Session, url: str) -> None:
    page = BeautifulSoup(http.get(url).text, "html5lib")
    controls = page.select_one("aside.test-controls")
    assert controls
    assert "Mark as needing re-authorisation: Euro account" in controls.get_text()
    assert page.main
    assert "Mark as" not in page.main.get_text()


def test_the_chosen_display_is_used_for_the_next_reconnection(
    http: requests.Session, connector: FakeConnector, url: str, account_id: str
) -> None:
    assert connector.url
    http.post(f"{url}/display", data={"display": "iframe"})
    dialogue = http.post(f"{url}/accounts/{account_id}/reconnect")
    assert BeautifulSoup(dialogue.text, "html5lib").iframe


def test_the_strict_policy_allows_no_style_of_another_origin(
    http: requests.Session, connector: FakeConnector, control: str, url: str
) -> None:
    usual = http.get(url).headers["Content-Security-Policy"]
    assert f"frame-src 'self' {connector.url};" in usual
    assert "style-src 'self' 'unsafe-inline' data:;" in usual
    http.patch(f"{control}/settings", json={"product_policy": "strict"})
    assert "style-src 'self';" in http.get(url).headers["Content-Security-Policy"]


def test_a_refusal_of_the_connector_is_embedded_or_not(
    http: requests.Session, connector: FakeConnector, control: str, url: str, account_id: str
) -> None:
    connector.authrefresh_status = 410
    for is_embedded, shown in ((True, "Example Bank"), (False, "We could not reach your bank")):
        http.patch(f"{control}/settings", json={"embed_refusals": is_embedded})
        assert shown in http.get(reconnect(http, url, account_id, "embedded").headers["Location"]).text


def test_the_customers_language_can_be_chosen(
    http: requests.Session, connector: FakeConnector, control: str, url: str, account_id: str
) -> None:
    http.patch(f"{control}/settings", json={"customer_language": "de"})
    http.get(reconnect(http, url, account_id, "embedded").headers["Location"], headers={"Accept-Language": "fr"})
    assert connector.visits.get_nowait().headers["Accept-Language"] == "de"


def test_an_account_can_be_marked_and_then_reconnected(
    http: requests.Session, url: str, accounts: dict[str, dict[str, Any]]
) -> None:
    account_id = accounts["acc-10003"]["bankAccountId"]
    http.post(f"{url}/accounts/{account_id}/require-authorisation")
    assert http.get(f"{url}/accounts/{account_id}/status").json() == {"status": "authRequired"}


def test_embedding_fetches_the_connectors_page_as_a_server_does(
    http: requests.Session, connector: FakeConnector, url: str, account_id: str
) -> None:
    dialogue = reconnect(http, url, account_id, "embedded")
    assert dialogue.status_code == 303
    headers = {"Sec-Fetch-Mode": "navigate", "Accept-Language": "fr"}
    page = http.get(dialogue.headers["Location"], headers=headers)
    visit = connector.visits.get_nowait()
    assert not [name for name in visit.headers.keys() if name.startswith("Sec-Fetch")]  # noqa: SIM118 - no mapping
    assert visit.headers["Accept-Language"] == "fr"
    assert set(visit.args) == {"bankaccount", "authorisation_id", "redirect_uri", "state", "externalId"}
    assert visit.args["redirect_uri"] == f"{url}/landing?account={account_id}"
    assert BeautifulSoup(page.text, "html5lib").select_one("main .dialogue form button")


@pytest.mark.parametrize("display", ["iframe", "page"])
def test_in_a_frame_or_on_its_own_page_the_browser_calls_the_connector(
    http: requests.Session, connector: FakeConnector, url: str, account_id: str, display: str
) -> None:
    dialogue = reconnect(http, url, account_id, display).headers["Location"]
    answer = http.get(dialogue, allow_redirects=False)
    frame = BeautifulSoup(answer.text, "html5lib").iframe
    target = urlsplit(str(frame["src"]) if frame else answer.headers["Location"])
    assert f"{target.scheme}://{target.netloc}" == connector.url
    assert set(parse_qs(target.query)) == {"bankaccount", "authorisation_id", "redirect_uri", "state", "externalId"}
    assert connector.visits.empty()


def test_the_landing_page_shows_the_account_if_the_state_is_correct(
    http: requests.Session, connector: FakeConnector, control: str, account_id: str
) -> None:
    http.patch(f"{control}/settings", json={"verifying_seconds": 3600})
    started = http.post(f"{control}/start", json={"bankAccountId": account_id}).json()
    connector.patch(started["authorisation_id"]).raise_for_status()
    page = http.get(f"{started['redirect_uri']}&state={started['state']}")
    assert heading(page) == "Business current account"
    assert BeautifulSoup(page.text, "html5lib").select_one('[data-status="verifyingAuth"]')


@pytest.mark.parametrize("query", ["", "&state=wrong", "&state={state}&state=more"])
def test_a_wrong_state_gets_an_error_page(
    http: requests.Session, connector: FakeConnector, control: str, account_id: str, query: str
) -> None:
    assert connector.url
    started = http.post(f"{control}/start", json={"bankAccountId": account_id}).json()
    answer = http.get(started["redirect_uri"] + query.format(state=started["state"]))
    assert (answer.status_code, heading(answer)) == (403, "We could not verify this redirect")


def test_the_state_of_another_account_is_refused(
    http: requests.Session, connector: FakeConnector, control: str, url: str, accounts: dict[str, dict[str, Any]]
) -> None:
    assert connector.url
    one, other = (accounts[kept]["bankAccountId"] for kept in ("acc-10001", "acc-10002"))
    state = http.post(f"{control}/start", json={"bankAccountId": one}).json()["state"]
    assert http.get(f"{url}/landing", params={"account": other, "state": state}).status_code == 403


def test_the_landing_page_in_a_frame_leads_to_the_whole_window(http: requests.Session, url: str) -> None:
    answer = http.get(f"{url}/landing?account=1&state=2", headers={"Sec-Fetch-Dest": "iframe"})
    link = BeautifulSoup(answer.text, "html5lib").select_one("main a")
    assert link
    assert (link["target"], link["href"]) == ("_top", f"{url}/landing?account=1&state=2")


def test_an_unreachable_connector_gets_an_error_page(
    http: requests.Session, connector: FakeConnector, url: str, account_id: str
) -> None:
    dialogue = reconnect(http, url, account_id, "embedded").headers["Location"]
    connector.register("http://127.0.0.1:9")
    for answer in (http.get(dialogue), reconnect(http, url, account_id, "embedded")):
        assert (answer.status_code, heading(answer)) == (502, "We could not reach your bank")


@pytest.mark.parametrize("path", ["/dialogue", "/elsewhere", "/landing?state=1"])
def test_an_unknown_path_gets_an_error_page_with_a_link(http: requests.Session, url: str, path: str) -> None:
    answer = http.get(url + path)
    assert 400 <= answer.status_code < 500
    assert BeautifulSoup(answer.text, "html5lib").select_one('main a[href="/"]')


def test_an_unknown_display_is_refused(http: requests.Session, url: str, account_id: str) -> None:
    assert reconnect(http, url, account_id, "popup").status_code == 400
