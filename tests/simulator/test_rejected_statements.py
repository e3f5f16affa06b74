"""Statements that Banking Service accepts and then rejects, for the accounts that a tester selects."""

from typing import Any

import requests

from tests.simulator.test_provider_api import statement

Account = dict[str, Any]


def progress(api: requests.Session, provider_api: str, account: Account) -> tuple[str, str | None]:
    posted = api.post(f"{provider_api}/statements", json=statement(account)).json()["data"]
    found = api.get(f"{provider_api}/statements/{posted['_id']}").json()["data"]
    return found["status"], found["reason"]


def test_the_statements_of_an_account_fail_with_the_given_reason(
    api: requests.Session, provider_api: str, control: str, accounts: dict[str, Account]
) -> None:
    account, other = accounts["acc-10003"], accounts["acc-10002"]
    url = f"{control}/accounts/{account['bankAccountId']}/statements"

    assert api.put(url, json={"reason": "the account is frozen"}).status_code == 204
    assert progress(api, provider_api, account) == ("failed", "the account is frozen")
    assert progress(api, provider_api, other) == ("completed", None)
    assert api.put(url, json={"reason": None}).status_code == 204
    assert progress(api, provider_api, account) == ("completed", None)


def test_the_statements_of_an_unknown_account_cannot_be_rejected(api: requests.Session, control: str) -> None:
    assert api.put(f"{control}/accounts/nobody/statements", json={"reason": "x"}).status_code == 404


def test_a_button_of_the_product_page_rejects_and_accepts_statements(
    api: requests.Session, provider_api: str, simulation: dict[str, Any], accounts: dict[str, Account]
) -> None:
    account, product = accounts["acc-10003"], simulation["product"]["url"]
    button = f"{product}/accounts/{account['bankAccountId']}/reject-statements"

    page = api.post(button).text
    assert "Process the provider" in page
    assert progress(api, provider_api, account) == ("failed", "a developer rejected the statements of this account")
    page = api.post(button).text
    assert "Process the provider" not in page
    assert progress(api, provider_api, account) == ("completed", None)
