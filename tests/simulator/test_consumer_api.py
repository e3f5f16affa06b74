"""The Consumer API over HTTP, and the notification that indirectauth sends."""

from typing import Any
from urllib.parse import parse_qs, urlsplit
from uuid import UUID

import pytest
import requests
from joserfc import jwt
from joserfc.jwk import KeySet

from tests.fakes.connector import FakeConnector

BACK = "https://product.example/landing?account=1"


@pytest.fixture
def url(simulation: dict[str, Any]) -> str:
    return f"{simulation['consumer_api']['url']}/bankaccounts"


@pytest.fixture
def account(accounts: dict[str, dict[str, Any]]) -> dict[str, Any]:
    return accounts["acc-10001"]


def reconnect(http: requests.Session, url: str, account: dict[str, Any], redirect: str = BACK) -> requests.Response:
    return http.get(
        f"{url}/{account['bankAccountId']}/indirectauth", params={"redirect": redirect}, allow_redirects=False
    )


def test_an_account_is_shown_with_its_status(http: requests.Session, url: str, account: dict[str, Any]) -> None:
    shown = http.get(f"{url}/{account['bankAccountId']}").json()["data"]
    assert shown == account
    assert set(shown) == {"bankAccountId", "bankId", "externalId", "name", "status"}
    assert shown["status"] == "authRequired"


def test_an_unknown_account_is_not_found(http: requests.Session, url: str) -> None:
    answer = http.get(f"{url}/unknown")
    assert (answer.status_code, answer.json()["error"]["code"]) == (404, "NotFoundError")


def test_the_redirect_to_the_dialogue_has_exactly_the_documented_parameters(
    http: requests.Session, connector: FakeConnector, url: str, account: dict[str, Any]
) -> None:
    assert connector.url
    answer = reconnect(http, url, account)
    assert answer.status_code == 302
    query = parse_qs(urlsplit(answer.headers["Location"]).query)
    assert set(query) == {"bankaccount", "authorisation_id", "redirect_uri", "state", "externalId"}
    assert query["bankaccount"] == [account["bankId"]]
    assert query["externalId"] == [account["externalId"]]
    assert query["redirect_uri"] == [BACK]
    assert UUID(query["state"][0]) != UUID(query["authorisation_id"][0])


def test_the_documented_notification_arrives_before_the_response_to_the_product(
    simulation: dict[str, Any],
    http: requests.Session,
    connector: FakeConnector,
    url: str,
    account: dict[str, Any],
) -> None:
    query = parse_qs(urlsplit(reconnect(http, url, account).headers["Location"]).query)
    sent = connector.notifications.get_nowait()
    assert sent.get_json() == {
        "type": "resourceCreated",
        "resource": {"id": query["authorisation_id"][0], "type": "authorisation", "url": "NA"},
        "additionalData": {"bankId": account["bankId"]},
    }
    assert sent.headers["x-api-key"] == simulation["credentials"]["notification_header_value"]
    keys = KeySet.import_key_set(http.get(simulation["sage_id"]["jwks_url"]).json())
    token = sent.headers["Authorization"].removeprefix("Bearer ")
    claims = jwt.decode(token, keys, algorithms=["RS256"]).claims
    assert claims["iss"] == simulation["sage_id"]["issuer"]
    assert claims["aud"] == simulation["notification"]["audience"]


def test_a_delayed_notification_does_not_delay_the_response(
    http: requests.Session, connector: FakeConnector, control: str, url: str, account: dict[str, Any]
) -> None:
    http.patch(f"{control}/settings", json={"notification_delay_seconds": 0.01})
    connector.gate.clear()
    answer = reconnect(http, url, account)
    assert answer.status_code == 302
    connector.gate.set()
    late = connector.notifications.get(timeout=30)
    assert late.get_json()["resource"]["id"] in answer.headers["Location"]


def test_a_refused_notification_is_an_error_of_the_provider(
    http: requests.Session, connector: FakeConnector, url: str, account: dict[str, Any]
) -> None:
    connector.notification_status = 401
    answer = reconnect(http, url, account)
    assert (answer.status_code, answer.json()["error"]["code"]) == (502, "ProviderError")


def test_only_an_account_that_is_authrequired_can_be_reconnected(
    http: requests.Session, connector: FakeConnector, url: str, accounts: dict[str, dict[str, Any]]
) -> None:
    answer = reconnect(http, url, accounts["acc-10003"])
    assert (answer.status_code, answer.json()["error"]["code"]) == (409, "UnsupportedOperationError")
    assert connector.notifications.empty()


@pytest.mark.parametrize("redirect", ["", "javascript:alert(1)", "/landing"])
def test_the_redirect_parameter_must_be_an_absolute_url(
    http: requests.Session, connector: FakeConnector, url: str, account: dict[str, Any], redirect: str
) -> None:
    assert reconnect(http, url, account, redirect).status_code == 400
    assert connector.notifications.empty()


def planned(http: requests.Session, control: str, **fault: object) -> None:
    plan = {"party": "banking_service", "endpoint": "POST /notification", "faults": [fault]}
    assert http.post(f"{control}/faults", json=plan).status_code == 201


def test_a_notification_sent_twice_or_with_a_lost_answer_arrives_twice(
    http: requests.Session, connector: FakeConnector, control: str, url: str, account: dict[str, Any]
) -> None:
    for kind in ("twice", "drop_after"):
        planned(http, control, kind=kind)
        assert reconnect(http, url, account).status_code == 302
        one, other = (connector.notifications.get_nowait().get_json() for _ in range(2))
        assert one == other
        assert connector.notifications.empty()


def test_a_notification_that_is_late_does_not_delay_the_response(
    http: requests.Session, connector: FakeConnector, control: str, url: str, account: dict[str, Any]
) -> None:
    planned(http, control, kind="delay", seconds=0.01)
    connector.gate.clear()
    assert reconnect(http, url, account).status_code == 302
    connector.gate.set()
    assert connector.notifications.get(timeout=30).get_json()["type"] == "resourceCreated"


def test_a_notification_can_be_missing(
    http: requests.Session, connector: FakeConnector, control: str, url: str, account: dict[str, Any]
) -> None:
    planned(http, control, kind="drop_before")
    assert reconnect(http, url, account).status_code == 302
    assert connector.notifications.empty()
