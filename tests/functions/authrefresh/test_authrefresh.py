"""GET /authrefresh, whole: the deployed function and moto's DynamoDB."""

import time
from io import StringIO

import pytest
from bs4 import BeautifulSoup

from connector.session import ticket as tickets
from tests import sample
from tests.deployment import BASE_URL, Answer, Deployment

REDIRECT_URI = "https://eu.sagebankdrive.com/return?journey=7"
QUERY = {
    "bankaccount": sample.BANK_ID,
    "authorisation_id": sample.ID,
    "redirect_uri": REDIRECT_URI,
    "state": sample.SAGE_STATE,
    "externalId": sample.EXTERNAL_ID,
}
NAVIGATE = {"Sec-Fetch-Mode": "navigate"}


@pytest.fixture(autouse=True)
def _as_in_production(stack: Deployment) -> None:
    stack.environment["REDIRECT_ORIGINS"] = "https://*.sagebankdrive.com"
    stack.environment["NOTIFICATION_GRACE_MILLISECONDS"] = "0"


def notified(stack: Deployment, minutes_ago: float = 0) -> None:
    """Start a session, `minutes_ago`."""
    stack.store.apply(sample.notify(time.time() - minutes_ago * 60))


def get(stack: Deployment, headers: dict[str, str] | None = None, **changes: str) -> Answer:
    return stack.request("authrefresh", "GET", "/authrefresh", query=QUERY | changes, headers=headers)


def test_the_start_of_the_journey_posts_to_our_own_origin_and_carries_the_ticket(stack: Deployment) -> None:
    notified(stack)

    answer = get(stack)

    form = BeautifulSoup(answer.body, "html.parser").form
    assert answer.status == 200
    assert form is not None
    assert (form["method"], form["action"]) == ("post", f"{BASE_URL}/completion")
    hidden = {field["name"]: str(field["value"]) for field in form.find_all("input", type="hidden")}
    assert hidden["authorisation_id"] == sample.ID
    assert stack.items()[0]["ticket_hash"] == tickets.hash_of(hidden["ticket"])


def test_a_server_gets_a_fragment_and_a_browser_a_document(stack: Deployment) -> None:
    notified(stack)
    assert "<html" not in get(stack).body

    stack.table.delete_item(Key={"authorisation_id": sample.ID})
    notified(stack)
    assert get(stack, NAVIGATE).body.lower().startswith("<!doctype html>")


def test_a_second_get_is_410_and_says_what_to_do_next(stack: Deployment) -> None:
    notified(stack)
    get(stack)
    before = stack.items()

    answer = get(stack)

    assert answer.status == 410
    assert "<form" not in answer.body
    assert f"{REDIRECT_URI}&amp;state={sample.SAGE_STATE}" in answer.body
    assert stack.items() == before


def test_an_id_that_was_never_notified_is_403_and_stores_nothing(stack: Deployment) -> None:
    assert get(stack).status == 403
    assert stack.items() == []


def test_another_id_than_the_one_notified_is_403_and_processes_nothing(stack: Deployment) -> None:
    notified(stack)
    before = stack.items()

    answer = get(stack, authorisation_id="00000000-0000-4000-8000-000000000000")

    assert answer.status == 403
    assert "<form" not in answer.body
    assert stack.items() == before


def test_after_twenty_minutes_it_is_410_expired(stack: Deployment) -> None:
    notified(stack, minutes_ago=20)

    answer = get(stack)

    assert answer.status == 410
    assert "<form" not in answer.body
    assert stack.items()[0]["state"] == "notified"


@pytest.mark.parametrize("headers", [{}, NAVIGATE], ids=["embedded", "navigated"])
def test_a_redirect_elsewhere_is_a_400_page_that_stores_nothing_and_leads_nowhere(
    stack: Deployment, headers: dict[str, str]
) -> None:
    notified(stack)
    before = stack.items()

    answer = get(stack, headers, redirect_uri="https://evil.example/return")

    assert answer.status == 400
    assert "evil.example" not in answer.body
    assert "Location" not in answer.headers
    assert stack.items() == before
    assert stack.calls.total() == 0


@pytest.mark.parametrize("name", ["authorisation_id", "redirect_uri", "state", "externalId"])
def test_a_missing_parameter_is_a_400_page(stack: Deployment, name: str) -> None:
    answer = get(stack, None, **{name: ""})

    assert answer.status == 400
    assert answer.headers["Content-Type"] == "text/html; charset=utf-8"


def test_what_a_query_says_is_never_markup_of_ours(stack: Deployment) -> None:
    notified(stack)

    answer = get(stack, externalId='"><script>alert(1)</script>', state="'\"><img src=x>")

    assert answer.status == 200
    assert "<script>alert" not in answer.body
    assert "<img src=x" not in answer.body


def test_every_answer_is_html_that_no_cache_keeps_and_no_other_site_sees_as_referrer(stack: Deployment) -> None:
    for answer in (get(stack), get(stack, state=""), get(stack, NAVIGATE)):
        assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
        assert answer.headers["Cache-Control"] == "no-store"
        assert answer.headers["Referrer-Policy"] == "same-origin"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert "default-src 'none'" in answer.headers["Content-Security-Policy"]


def test_a_fault_of_ours_is_a_page_and_loses_nothing(stack: Deployment, log: StringIO) -> None:
    stack.environment["AUTHORISATIONS_TABLE"] = "no-such-table"

    answer = get(stack, NAVIGATE)

    assert answer.status == 500
    assert answer.body.lower().startswith("<!doctype html>")
    assert "Traceback" not in answer.body
    assert "authrefresh failed" in log.getvalue()


def test_a_prefetch_does_not_use_the_session_up(stack: Deployment) -> None:
    notified(stack)

    answer = get(stack, NAVIGATE | {"Sec-Purpose": "prefetch;prerender"})

    assert answer.status == 503
    assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
    assert get(stack, NAVIGATE).status == 200


def test_it_is_one_aws_call_even_when_cold(stack: Deployment) -> None:
    notified(stack)
    stack.cold()

    get(stack)

    assert stack.calls == {"UpdateItem": 1}


def test_nothing_of_the_query_is_ever_logged(stack: Deployment, log: StringIO) -> None:
    notified(stack)
    get(stack)
    get(stack)
    get(stack, redirect_uri="https://evil.example/return")

    logged = log.getvalue()
    assert "authrefresh refused" in logged
    for secret in (sample.EXTERNAL_ID, sample.SAGE_STATE, "journey=7", "evil.example"):
        assert secret not in logged
