"""The Provider API over HTTP, and the requests that it refuses."""

from copy import deepcopy
from typing import Any

import pytest
import requests

from tests.fakes.connector import FakeConnector
from tests.simulator.sage import refusal

Account = dict[str, Any]


def statement(account: Account) -> dict[str, Any]:
    """Return the body in Sage's re-authorisation guide."""
    return {
        "data": {
            "principalId": account["bankAccountId"],
            "bankId": account["bankId"],
            "expected": {
                "transactionDetailsCount": 0,
                "accountDetailsCount": 1,
                "transactionCreditSum": 0,
                "transactionDebitSum": 0,
            },
            "accountDetails": [{"bankAccountId": account["bankAccountId"], "status": "authRequired"}],
            "transactionDetails": [],
        }
    }


def test_a_success_is_accepted_and_the_account_is_verified(
    api: requests.Session, provider_api: str, simulation: dict[str, Any], account: Account, authorisation_id: str
) -> None:
    api.patch(f"{simulation['control']['url']}/settings", json={"verifying_seconds": 3600})
    answer = api.patch(f"{provider_api}/authorisations/{authorisation_id}", json={"data": {"status": "success"}})
    assert (answer.status_code, answer.json()["data"]["status"]) == (200, "success")
    shown = api.get(f"{simulation['consumer_api']['url']}/bankaccounts/{account['bankAccountId']}").json()
    assert shown["data"]["status"] == "verifyingAuth"


def test_a_repeated_patch_is_a_conflict(api: requests.Session, provider_api: str, authorisation_id: str) -> None:
    body = {"data": {"status": "success"}}
    assert api.patch(f"{provider_api}/authorisations/{authorisation_id}", json=body).ok
    again = api.patch(f"{provider_api}/authorisations/{authorisation_id}", json=body)
    assert refusal(again) == (409, "UnsupportedOperationError")


def test_a_patch_after_the_authorisation_expired_is_a_conflict(
    api: requests.Session, connector: FakeConnector, provider_api: str, control: str, account: Account
) -> None:
    assert connector.url
    api.patch(f"{control}/settings", json={"authorisation_seconds": 0})
    started = api.post(f"{control}/start", json={"bankAccountId": account["bankAccountId"]}).json()
    late = api.patch(
        f"{provider_api}/authorisations/{started['authorisation_id']}", json={"data": {"status": "success"}}
    )
    assert refusal(late) == (409, "UnsupportedOperationError")


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"{}",
        b'{"data": [1]}',
        b'{"status": "success"}',
        b'{"data": {"status": "done"}}',
        b'{"data": {"status": "error"}}',
        b'{"data": {"status": "cancelled"}}',
        b'{"data": {"status": null}}',
        b'{"data": {"status": "success", "accounts": []}}',
        b'{"data": {"status": "success"}, "more": 1}',
    ],
)
def test_an_undocumented_patch_is_refused_and_changes_nothing(
    api: requests.Session, provider_api: str, control: str, authorisation_id: str, body: bytes
) -> None:
    headers = {"Content-Type": "application/json"}
    answer = api.patch(f"{provider_api}/authorisations/{authorisation_id}", data=body, headers=headers)
    assert refusal(answer) == (400, "ValidationError")
    kept = api.get(f"{control}/authorisations/{authorisation_id}").json()
    assert (kept["progress"], kept["reports"]) == ("open", [])


@pytest.mark.parametrize("body", [b"[]", b'{"data": []}'])
def test_the_empty_array_of_sages_overview_means_success(
    api: requests.Session, provider_api: str, control: str, authorisation_id: str, body: bytes
) -> None:
    headers = {"Content-Type": "application/json"}
    assert api.patch(f"{provider_api}/authorisations/{authorisation_id}", data=body, headers=headers).status_code == 200
    assert api.get(f"{control}/authorisations/{authorisation_id}").json()["progress"] == "succeeded"


def test_another_status_is_accepted_if_the_setting_names_it(
    api: requests.Session, provider_api: str, control: str, authorisation_id: str
) -> None:
    api.patch(f"{control}/settings", json={"accepted_statuses": ["success", "cancelled"]})
    body = {"data": {"status": "cancelled"}}
    assert api.patch(f"{provider_api}/authorisations/{authorisation_id}", json=body).status_code == 200
    assert api.get(f"{control}/authorisations/{authorisation_id}").json()["progress"] == "failed"


def test_a_body_must_be_declared_as_json(api: requests.Session, provider_api: str, authorisation_id: str) -> None:
    answer = api.patch(f"{provider_api}/authorisations/{authorisation_id}", data=b'{"data": {"status": "success"}}')
    assert refusal(answer) == (400, "ValidationError")


def test_unknown_ids_and_paths_are_not_found(api: requests.Session, provider_api: str) -> None:
    body = {"data": {"status": "success"}}
    assert refusal(api.patch(f"{provider_api}/authorisations/unknown", json=body)) == (404, "NotFoundError")
    assert refusal(api.get(f"{provider_api}/statements/unknown")) == (404, "NotFoundError")
    assert refusal(api.get(f"{provider_api}/elsewhere")) == (404, "NotFoundError")


def test_a_statement_marks_the_account_and_its_status_can_be_read(
    api: requests.Session, provider_api: str, control: str, accounts: dict[str, Account], simulation: dict[str, Any]
) -> None:
    account = accounts["acc-10003"]
    api.patch(f"{control}/settings", json={"statement_seconds": 3600})
    posted = api.post(f"{provider_api}/statements", json=statement(account))
    assert (posted.status_code, posted.json()["data"]["status"]) == (202, "processing")
    assert refusal(api.post(f"{provider_api}/statements", json=statement(account))) == (
        409,
        "UnsupportedOperationError",
    )
    api.post(f"{control}/reset")
    account = next(
        kept
        for kept in api.get(f"{simulation['consumer_api']['url']}/bankaccounts").json()["data"]
        if kept["externalId"] == "acc-10003"
    )
    assert account["status"] == "active"
    posted = api.post(f"{provider_api}/statements", json=statement(account))
    followed = api.get(f"{provider_api}/statements/{posted.json()['data']['_id']}").json()["data"]
    assert (followed["status"], followed["reason"]) == ("completed", None)
    shown = api.get(f"{simulation['consumer_api']['url']}/bankaccounts/{account['bankAccountId']}").json()
    assert shown["data"]["status"] == "authRequired"


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("principalId",), "another account"),
        (("principalId",), 1),
        (("bankId",), "another bank"),
        (("expected", "accountDetailsCount"), 2),
        (("expected", "transactionDetailsCount"), "0"),
        (("expected", "transactionCreditSum"), False),
        (("expected", "unknown"), 0),
        (("accountDetails",), []),
        (("accountDetails", 0, "status"), "active"),
        (("accountDetails", 0, "bankAccountId"), "another account"),
        (("transactionDetails",), [{}]),
        (("unknown",), 1),
    ],
)
def test_an_undocumented_statement_is_refused(
    api: requests.Session, provider_api: str, account: Account, path: tuple[Any, ...], value: object
) -> None:
    body = deepcopy(statement(account))
    place: Any = body["data"]
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = value
    assert refusal(api.post(f"{provider_api}/statements", json=body)) == (400, "ValidationError")


def test_two_account_details_are_refused(api: requests.Session, provider_api: str, account: Account) -> None:
    body = statement(account)
    body["data"]["accountDetails"] *= 2
    assert refusal(api.post(f"{provider_api}/statements", json=body)) == (400, "ValidationError")


def test_an_account_query_returns_sages_id_and_the_status(
    api: requests.Session, provider_api: str, account: Account
) -> None:
    prompt = {"data": {"bankId": account["bankId"], "externalId": account["externalId"]}}
    answer = api.post(f"{provider_api}/accountqueries", json=prompt)
    assert answer.json()["data"] == {
        "bankAccountId": account["bankAccountId"],
        "status": "authRequired",
        "requestedStartDate": "2026-01-01",
    }
    prompt["data"]["externalId"] = "unknown"
    assert refusal(api.post(f"{provider_api}/accountqueries", json=prompt)) == (404, "NotFoundError")
