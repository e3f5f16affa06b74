"""Every exchange is recorded, with its secrets masked."""

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
    assert since(last) == [last + 1]
    http.delete(f"{control}/exchanges")
    assert since(0) == []


def test_an_exchange_without_a_response_has_no_status(
    http: requests.Session, connector: FakeConnector, control: str
) -> None:
    connector.register("http://127.0.0.1:9")
    http.post(f"{control}/notify", json={"payload": {}})
    (*_, last) = http.get(f"{control}/exchanges").json()["exchanges"]
    assert (last["to"], last["status"], last["response"]) == ("connector", None, None)


def test_the_page_lists_the_newest_exchange_first(
    http: requests.Session, control: str, played: list[dict[str, Any]]
) -> None:
    page = BeautifulSoup(http.get(f"{control}/").text, "html5lib")
    shown = [
        " ".join(summary.select_one(".request").get_text().split())  # type: ignore[union-attr] # it is there or fails
        for summary in page.select("summary")
    ]
    assert shown == [f"{entry['method']} {entry['path']}" for entry in reversed(played)]


def test_an_exchange_inside_another_one_is_the_newer_one_even_in_the_same_millisecond() -> None:
    exchanges = Exchanges()
    outer, inner = (
        Exchange("browser", receiver, "GET", "/", "", Message([]), at=1_800_000_000 + microseconds / 1_000_000)
        for receiver, microseconds in (("product", 100), ("consumer_api", 300))
    )
    exchanges.ended(inner, 200)
    exchanges.ended(outer, 200)

    assert [entry["to"] for entry in exchanges.newest_first()] == ["consumer_api", "product"]


def test_the_page_can_delete_all_exchanges(http: requests.Session, control: str, played: list[dict[str, Any]]) -> None:
    assert played
    assert "There are no exchanges yet" in http.post(f"{control}/exchanges/clear").text
