"""The deployed stack over HTTP: a re-authorisation as Sage's acceptance rows have it, and what may be wrong with it."""

import time
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest
import requests

from local.demo.customer import Customer
from local.stack.bring_up import RunningStack
from simulator.loopback import session
from tests import sample

SECONDS = 30


@pytest.fixture
def browser() -> Iterator[requests.Session]:
    with session() as client:
        yield client


@pytest.fixture
def account(stack: RunningStack) -> dict[str, Any]:
    """A bank account that needs re-authorisation."""
    wanted: dict[str, Any] = stack.control.get("/accounts")["accounts"][0]
    stack.control.put(f"/accounts/{wanted['bankAccountId']}/status", {"status": "authRequired"})
    return wanted


def status(stack: RunningStack, account: dict[str, Any]) -> str:
    """Return the account's status as GET /bankaccounts tells it to a Sage product."""
    url = f"{stack.simulator.consumer_api.url}/bankaccounts/{account['bankAccountId']}"
    with session() as client:
        found: str = client.get(url, timeout=SECONDS).json()["data"]["status"]
    return found


def start(stack: RunningStack, account: dict[str, Any]) -> dict[str, str]:
    """Let Banking Service start a re-authorisation: it notifies the connector."""
    started: dict[str, str] = stack.control.post("/start", {"bankAccountId": account["bankAccountId"]})
    return started


def finish(stack: RunningStack, account: dict[str, Any]) -> None:
    """Re-authorise the account, and let it need the next re-authorisation."""
    customer = Customer()
    customer.open(start(stack, account)["authrefresh_url"])
    customer.press("Continue")
    customer.press("Confirm")
    stack.control.put(f"/accounts/{account['bankAccountId']}/status", {"status": "authRequired"})


def item(stack: RunningStack, authorisation_id: str) -> dict[str, Any] | None:
    answer = stack.aws.dynamodb.get_item(
        TableName=stack.outputs["AuthorisationsTable"], Key={"authorisation_id": {"S": authorisation_id}}
    )
    return answer.get("Item")


def test_a_customer_who_reauthorises_one_account_moves_it_to_verifying_and_comes_home(
    stack: RunningStack, account: dict[str, Any]
) -> None:
    stack.control.patch("/settings", {"verifying_seconds": 3600})
    customer = Customer()
    customer.open(start(stack, account)["authrefresh_url"])
    assert status(stack, account) == "authRequired"

    customer.press("Continue")
    customer.press("Confirm")

    assert customer.url.startswith(f"{stack.simulator.product.origin}/landing")
    assert status(stack, account) == "verifyingAuth"


def test_sages_own_sample_notification_and_query_work_as_they_stand(
    stack: RunningStack, browser: requests.Session
) -> None:
    authorisation_id = str(uuid4())  # the sample's own can be used once in a stack's life
    notification = {
        "type": "resourceCreated",
        "resource": {"id": authorisation_id, "type": "authorisation", "url": "NA"},
        "additionalData": {"bankId": sample.BANK_ID},
    }
    answer = stack.control.post("/notify", {"payload": notification})
    assert (answer["status"], answer["body"]) == (200, '{"status": "started"}')

    page = browser.get(
        f"{stack.api_url}/authrefresh",
        params={
            "bankaccount": sample.BANK_ID,
            "authorisation_id": authorisation_id,
            "redirect_uri": f"{stack.simulator.product.origin}/landing",
            "state": sample.SAGE_STATE,
            "externalId": sample.EXTERNAL_ID,
        },
        timeout=SECONDS,
    )

    assert page.status_code == 200
    assert page.headers["Content-Type"].startswith("text/html")


def test_a_session_past_its_twenty_minutes_is_410(
    stack: RunningStack, account: dict[str, Any], browser: requests.Session
) -> None:
    started = start(stack, account)
    stack.aws.dynamodb.update_item(
        TableName=stack.outputs["AuthorisationsTable"],
        Key={"authorisation_id": {"S": started["authorisation_id"]}},
        UpdateExpression="SET expires_at = :past",
        ExpressionAttributeValues={":past": {"N": str(int(time.time()))}},
    )

    assert browser.get(started["authrefresh_url"], timeout=SECONDS).status_code == 410


def test_a_redirect_elsewhere_is_a_400_page_and_the_session_stays_as_it_was(
    stack: RunningStack, account: dict[str, Any], browser: requests.Session
) -> None:
    started = start(stack, account)
    before = item(stack, started["authorisation_id"])

    answer = browser.get(
        f"{stack.api_url}/authrefresh",
        params={
            "bankaccount": started["bankId"],
            "authorisation_id": started["authorisation_id"],
            "redirect_uri": "https://evil.example/",
            "state": started["state"],
            "externalId": started["externalId"],
        },
        allow_redirects=False,
        timeout=SECONDS,
    )

    assert answer.status_code == 400
    assert answer.headers["Content-Type"].startswith("text/html")
    assert "Location" not in answer.headers
    assert item(stack, started["authorisation_id"]) == before


def test_a_token_that_sage_revoked_costs_one_new_token_and_one_repeat(
    stack: RunningStack, account: dict[str, Any]
) -> None:
    finish(stack, account)  # The connector has a token now.
    started = start(stack, account)
    authorisation_id = started["authorisation_id"]
    customer = Customer()
    customer.open(started["authrefresh_url"])
    customer.press("Continue")
    stack.control.post("/sage-id/revocations", {})
    stack.control.clear_exchanges()
    customer.press("Confirm")

    # The functions that run on a schedule call Sage at the same time, for the journeys of other tests.
    exchanges = stack.control.exchanges()
    patches = [exchange["status"] for exchange in exchanges if exchange["path"].endswith(authorisation_id)]
    queries = [exchange["status"] for exchange in exchanges if exchange["path"].endswith("/accountqueries")]
    # The check of the account comes first, and meets the revoked token.
    assert queries[:2] == [401, 200]
    assert patches == [200]
    assert [exchange["status"] for exchange in exchanges if exchange["to"] == "sage_id"] == [200]
    assert customer.url.startswith(f"{stack.simulator.product.origin}/landing")
