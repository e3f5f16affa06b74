"""The control API."""

from typing import Any

import pytest
import requests
from joserfc import jwt
from joserfc.jwk import KeySet

from tests.fakes.connector import FakeConnector


def test_an_account_is_created_with_the_given_ids(http: requests.Session, control: str) -> None:
    body = {"externalId": "e", "bankId": "b", "bankAccountId": "a", "name": "n", "status": "pending"}
    created = http.post(f"{control}/accounts", json=body)
    assert created.status_code == 201
    shown = http.get(f"{control}/accounts/a").json()
    assert {name: shown[name] for name in body} == body
    assert shown in http.get(f"{control}/accounts").json()["accounts"]


def test_the_history_has_every_status_with_its_time(
    http: requests.Session, control: str, accounts: dict[str, dict[str, Any]]
) -> None:
    url = f"{control}/accounts/{accounts['acc-10003']['bankAccountId']}"
    http.put(f"{url}/status", json={"status": "authRequired"})
    history = http.get(url).json()["history"]
    assert [change["status"] for change in history] == ["active", "authRequired"]
    assert history[0]["at"] <= history[1]["at"]


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("POST", "/accounts", {}),
        ("POST", "/accounts", {"externalId": "acc-10001"}),
        ("POST", "/accounts", {"externalId": "e", "status": "gone"}),
        ("PATCH", "/settings", {"unknown": 1}),
        ("PATCH", "/settings", {"verifying_seconds": -1}),
        ("PATCH", "/settings", []),
        ("PUT", "/connector", {"notification_url": "nowhere", "authrefresh_url": "nowhere"}),
        ("POST", "/sage-id/revocations", {"token": "not one"}),
        ("POST", "/sage-id/tokens", {"forgery": "unheard-of"}),
    ],
)
def test_an_invalid_request_is_refused_and_changes_nothing(
    http: requests.Session, control: str, method: str, path: str, body: object
) -> None:
    before = [http.get(f"{control}/{kept}").json() for kept in ("accounts", "settings")]
    answer = http.request(method, control + path, json=body)
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "ValidationError")
    assert [http.get(f"{control}/{kept}").json() for kept in ("accounts", "settings")] == before


def test_a_form_of_another_origin_changes_nothing(http: requests.Session, control: str) -> None:
    answer = http.post(f"{control}/accounts", data='{"externalId": "e"}', headers={"Content-Type": "text/plain"})
    assert answer.status_code == 400


def test_starting_without_a_browser_does_what_indirectauth_does(
    http: requests.Session, connector: FakeConnector, control: str, accounts: dict[str, dict[str, Any]]
) -> None:
    account = accounts["acc-10001"]
    started = http.post(f"{control}/start", json={"bankAccountId": account["bankAccountId"]}).json()
    notified = connector.notifications.get_nowait().get_json()
    assert notified["resource"]["id"] == started["authorisation_id"]
    http.get(started["authrefresh_url"])
    visit = connector.visits.get_nowait()
    assert visit.args.to_dict() == {
        "bankaccount": account["bankId"],
        "authorisation_id": started["authorisation_id"],
        "redirect_uri": started["redirect_uri"],
        "state": started["state"],
        "externalId": account["externalId"],
    }


def test_an_authorisation_lists_every_reported_result(
    http: requests.Session, connector: FakeConnector, control: str, accounts: dict[str, dict[str, Any]]
) -> None:
    body = {"bankAccountId": accounts["acc-10001"]["bankAccountId"]}
    authorisation_id = http.post(f"{control}/start", json=body).json()["authorisation_id"]
    statuses = [connector.patch(authorisation_id).status_code for _ in range(2)]
    assert statuses == [200, 409]
    shown = http.get(f"{control}/authorisations/{authorisation_id}").json()
    assert shown["progress"] == "succeeded"
    assert [(report["status"], report["accepted"]) for report in shown["reports"]] == [
        ("success", True),
        ("success", False),
    ]
    assert shown in http.get(f"{control}/authorisations").json()["authorisations"]


def test_any_notification_can_be_sent_with_any_header(
    http: requests.Session, connector: FakeConnector, control: str
) -> None:
    connector.notification_status = 418
    headers = {"Authorization": None, "X-API-Key": "wrong", "X-More": "1"}
    answer = http.post(f"{control}/notify", json={"payload": "{not json", "headers": headers}).json()
    assert answer["status"] == 418
    assert "accepted" in answer["body"]
    got = connector.notifications.get_nowait()
    assert got.get_data() == b"{not json"
    assert "Authorization" not in got.headers
    assert (got.headers["x-api-key"], got.headers["X-More"]) == ("wrong", "1")


def test_an_unreachable_connector_is_an_error(http: requests.Session, connector: FakeConnector, control: str) -> None:
    connector.register("http://127.0.0.1:9")
    assert http.post(f"{control}/notify", json={"payload": {}}).status_code == 502


def test_a_minted_token_is_valid_except_for_the_requested_changes(
    simulation: dict[str, Any], http: requests.Session, control: str
) -> None:
    keys = KeySet.import_key_set(http.get(simulation["sage_id"]["jwks_url"]).json())

    def claims(**prompt: object) -> dict[str, Any]:
        token = http.post(f"{control}/sage-id/tokens", json=prompt).json()["token"]
        return jwt.decode(token, keys, algorithms=["RS256"]).claims

    good = claims()
    assert good["iss"] == simulation["sage_id"]["issuer"]
    assert good["aud"] == simulation["notification"]["audience"]
    expired = claims(expires_in=-10)
    assert expired["exp"] == expired["iat"] - 10
    odd = claims(audience="https://elsewhere.example", claims={"iss": "https://other.example/", "exp": None})
    assert (odd["aud"], odd["iss"], "exp" in odd) == ("https://elsewhere.example", "https://other.example/", False)


def test_reset_keeps_urls_credentials_and_keys(
    simulation: dict[str, Any], http: requests.Session, connector: FakeConnector, control: str
) -> None:
    http.post(f"{control}/accounts", json={"externalId": "e"})
    settings = http.get(f"{control}/settings").json()
    http.patch(f"{control}/settings", json={"verifying_seconds": 5})
    assert http.post(f"{control}/reset").status_code == 204
    assert http.get(f"{control}/settings").json() == settings
    assert len(http.get(f"{control}/accounts").json()["accounts"]) == 3
    assert connector.token()
    assert http.post(f"{control}/notify", json={"payload": {}}).json()["status"] == 200
    assert (
        simulation["credentials"]["notification_header_value"]
        == connector.notifications.get_nowait().headers["x-api-key"]
    )
