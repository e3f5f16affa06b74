"""The gateway, through which browsers reach a connector that is registered as recorded."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
import requests
from flask import Flask, Response, jsonify, request

from simulator.wire.server import Server
from tests.fakes.connector import FakeConnector


@pytest.fixture
def site(simulation: dict[str, Any], http: requests.Session, control: str) -> Iterator[str]:
    """A connector behind the gateway that answers with what it got; its address at the gateway."""
    app = Flask("echo", static_folder=None)

    @app.route("/<path:path>", methods=["GET", "POST", "DELETE"])
    def echo(path: str) -> Response:
        got = {"method": request.method, "path": path, "query": request.query_string.decode()}
        got |= {"body": request.get_data().decode(), "host": request.host, "cookie": request.headers.get("Cookie", "")}
        response = jsonify(got)
        response.status_code = 418
        response.headers.add("Set-Cookie", "one=1; Path=/")
        response.headers.add("Set-Cookie", "two=2; Path=/")
        response.headers["X-Language"] = request.headers.get("Accept-Language", "")
        return response

    server = Server("127.0.0.1")
    server.serve(app)
    urls = {"notification_url": f"{server.origin}/live/n", "authrefresh_url": f"{server.origin}/live/authrefresh"}
    http.put(f"{control}/connector", json=urls | {"recorded": True}).raise_for_status()
    yield str(simulation["connector"]["url"])
    server.stop()


def test_a_request_is_forwarded_unchanged_and_recorded_with_its_secrets_masked(
    site: str, http: requests.Session, control: str
) -> None:
    answer = http.post(
        f"{site}/live/completion?a=%2F&b=1",
        data="ticket=t-1&answer.user=ada&do=continue",
        headers={"Content-Type": "application/x-www-form-urlencoded"},
    )
    got = answer.json()
    assert answer.status_code == 418
    assert (got["method"], got["path"], got["query"]) == ("POST", "live/completion", "a=%2F&b=1")
    assert got["body"] == "ticket=t-1&answer.user=ada&do=continue"
    (*_, entry) = http.get(f"{control}/exchanges").json()["exchanges"]
    assert (entry["from"], entry["to"], entry["path"], entry["status"]) == (
        "browser",
        "connector",
        "/live/completion",
        418,
    )
    assert entry["request"]["body"] == "ticket=***&answer.user=***&do=continue"


def test_each_browser_keeps_its_own_cookies(site: str, http: requests.Session) -> None:
    first = requests.Session()
    first.trust_env = False
    with first:
        port = urlsplit(site).port
        one = http.get(f"{site}/live/x")
        assert one.raw.headers.getlist("Set-Cookie") == ["one=1; Path=/", "two=2; Path=/"]
        stranger = first.get(f"http://127.0.0.1:{port}/live/x", headers={"Host": f"connector.localhost:{port}"})
        assert stranger.json()["cookie"] == ""


def test_the_chosen_language_replaces_that_of_the_browser(site: str, http: requests.Session, control: str) -> None:
    french = {"Accept-Language": "fr"}
    assert http.get(f"{site}/live/x", headers=french).headers["X-Language"] == "fr"
    http.patch(f"{control}/settings", json={"customer_language": "de"})
    assert http.get(f"{site}/live/x", headers=french).headers["X-Language"] == "de"


def test_a_connector_that_does_not_respond_is_a_502(
    site: str, http: requests.Session, connector: FakeConnector
) -> None:
    connector.register("http://127.0.0.1:9", recorded=True)
    assert http.get(f"{site}/authrefresh").status_code == 502


def test_browsers_get_the_address_of_the_gateway_and_the_products_server_calls_the_connector_itself(
    simulation: dict[str, Any], http: requests.Session, connector: FakeConnector, control: str, account: dict[str, Any]
) -> None:
    connector.register(recorded=True)
    started = http.post(f"{control}/start", json={"bankAccountId": account["bankAccountId"]}).json()
    assert started["authrefresh_url"].startswith(f"{simulation['connector']['url']}/authrefresh?")
    http.get(f"{simulation['product']['url']}/dialogue?{started['authrefresh_url'].partition('?')[2]}")
    assert connector.visits.get_nowait().host == urlsplit(connector.url).netloc
