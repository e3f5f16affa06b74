"""Every exchange is recorded, with its secrets masked."""

import threading
import time
from typing import Any

import pytest
import requests
from bs4 import BeautifulSoup

from simulator.wire.exchanges import Exchange, Exchanges, Message
from tests.fakes.connector import FakeConnector


@pytest.fixture
def played(
    http: requests.Session, connector: FakeConnector, control: str, accounts: dict[str, dict[str, Any]]
) -> list[dict[str, Any]]:
    """The recorded exchanges of an embedded re-authorisation, in the order of their starts."""
    http.delete(f"{control}/exchanges")
    started = http.post(f"{control}/start", json={"bankAccountId": accounts["acc-10001"]["bankAccountId"]}).json()
    connector.patch(started["authorisation_id"])
    http.get(f"{started['redirect_uri']}&state={started['state']}")
    recorded = http.get(f"{control}/exchanges").json()["exchanges"]
    return sorted(recorded, key=lambda entry: str(entry["at"]))


def test_an_exchange_has_its_parties_request_and_response(played: list[dict[str, Any]]) -> None:
    recorded = [(entry["from"], entry["to"], entry["method"], entry["status"]) for entry in played]
    assert recorded == [
        ("banking_service", "connector", "POST", 200),
        ("connector", "sage_id", "POST", 200),
        ("connector", "provider_api", "PATCH", 200),
        ("browser", "product", "GET", 200),
        ("product", "consumer_api", "GET", 200),
    ]
    assert all(entry["milliseconds"] >= 0 for entry in played)
    assert played[0]["path"] == "/notification"
    assert played[2]["request"]["body"] == {"data": {"status": "success"}}
    assert played[3]["query"].startswith("account=")


def test_no_secret_is_recorded(simulation: dict[str, Any], played: list[dict[str, Any]]) -> None:
    names = ("client_secret", "api_key", "notification_header_value")
    text = str(played)
    assert not [name for name in names if simulation["credentials"][name] in text]
    assert "eyJ" not in text
    assert played[1]["response"]["body"]["access_token"] == "***"


def test_the_text_of_a_page_is_not_recorded(simulation: dict[str, Any], http: requests.Session, control: str) -> None:
    http.get(simulation["product"]["url"])
    (*_, last) = http.get(f"{control}/exchanges").json()["exchanges"]
    assert last["response"]["body"].startswith("(text/html, ")


def test_since_selects_the_exchanges_with_higher_numbers(
    simulation: dict[str, Any], http: requests.Session, control: str
) -> None:
    def since(number: int) -> list[int]:
        return [entry["n"] for entry in http.get(f"{control}/exchanges?since={number}").json()["exchanges"]]

    http.get(simulation["sage_id"]["jwks_url"])
    last = since(0)[-1]
    http.get(simulation["sage_id"]["jwks_url"])
    (following,) = since(last)
    assert following > last
    http.delete(f"{control}/exchanges")
    assert since(0) == []


def test_an_exchange_without_a_response_has_no_status(
    http: requests.Session, connector: FakeConnector, control: str
) -> None:
    connector.register("http://127.0.0.1:9")
    http.post(f"{control}/notify", json={"payload": {}})
    (*_, last) = http.get(f"{control}/exchanges").json()["exchanges"]
    assert (last["to"], last["status"], last["response"]) == ("connector", None, None)


def test_the_page_lists_the_exchanges_in_the_order_of_their_beginnings(
    simulation: dict[str, Any], http: requests.Session, connector: FakeConnector, control: str
) -> None:
    assert connector.url
    accounts = http.get(f"{simulation['product']['url']}/")
    assert accounts.ok
    page = BeautifulSoup(http.get(f"{control}/").text, "html5lib")
    shown = [" ".join(found.get_text().split()) for found in page.select("#messages .request")]
    # The inner request of the product ended before the outer one of the browser.
    assert shown == ["GET /", "GET /bankaccounts (Consumer API)"]


def test_a_request_is_shown_while_it_waits_for_its_response() -> None:
    exchanges = Exchanges()
    exchange = Exchange("browser", "product", "GET", "/", "", Message([]))
    exchanges.began(exchange)
    [begun], _ = exchanges.changed_since(0, timeout=0)
    assert (begun["pending"], begun["status"]) == (True, None)
    exchanges.ended(exchange, 200, Message([]))
    [ended], _ = exchanges.changed_since(begun["n"], timeout=0)
    assert (ended["id"], ended["status"], "pending" in ended) == (begun["id"], 200, False)


def test_who_waits_for_changes_gets_the_next_one_at_once() -> None:
    exchanges = Exchanges()
    exchange = Exchange("browser", "product", "GET", "/", "", Message([]))
    timer = threading.Timer(0.05, exchanges.began, [exchange])
    timer.start()
    began = time.monotonic()
    assert len(exchanges.changed_since(0, timeout=30)[0]) == 1
    assert time.monotonic() - began < 10
    timer.join()


def test_who_waits_for_changes_still_waits_after_the_exchanges_were_deleted() -> None:
    exchanges = Exchanges()
    exchanges.ended(Exchange("browser", "product", "GET", "/", "", Message([])), 200)
    exchanges.clear()
    found, last = exchanges.changed_since(0, timeout=0)
    began = time.monotonic()
    assert (found, exchanges.changed_since(last, timeout=0.1)) == ([], ([], last))
    assert time.monotonic() - began >= 0.1


def test_the_page_can_delete_all_exchanges(http: requests.Session, control: str, played: list[dict[str, Any]]) -> None:
    assert played
    page = BeautifulSoup(http.post(f"{control}/exchanges/clear").text, "html5lib")
    assert page.select("#messages li") == []
