"""The page of messages: what can be broken, sent, chosen and moved."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
import requests
from bs4 import BeautifulSoup, Tag

from simulator.workbench.breakage import BREAKAGES
from simulator.workbench.probes import PROBES
from tests.fakes.connector import FakeConnector


@pytest.fixture
def form(http: requests.Session, control: str) -> Iterator[requests.Session]:
    """A session that sends forms as the page does."""
    http.headers["Origin"] = control.removesuffix("/simulator")
    yield http
    http.headers.clear()


def panel(answer: requests.Response) -> Tag:
    found = BeautifulSoup(answer.text, "html5lib").select_one(".trial")
    assert found
    return found


@pytest.mark.parametrize("breakage", BREAKAGES, ids=lambda breakage: breakage.key)
def test_breaking_plans_the_faults_and_mending_removes_them(
    form: requests.Session,
    control: str,
    breakage: Any,  # noqa: ANN401 - a parameter
) -> None:
    page = form.post(f"{control}/break", data={"key": breakage.key})
    assert breakage.expected in panel(page).get_text()
    plans = form.get(f"{control}/faults").json()["plans"]
    assert [plan["endpoint"] for plan in plans] == [plan.endpoint for plan in breakage.plans]
    form.post(f"{control}/mend")
    assert form.get(f"{control}/faults").json()["plans"] == []


@pytest.mark.parametrize("probe", PROBES, ids=lambda probe: probe.key)
def test_a_request_that_must_be_refused_is_sent_and_its_answer_shown(
    form: requests.Session,
    connector: FakeConnector,
    control: str,
    probe: Any,  # noqa: ANN401 - a parameter
) -> None:
    # This connector accepts everything.
    page = form.post(f"{control}/probe", data={"key": probe.key})
    shown = panel(page).get_text()
    assert "The connector: 200" in shown
    assert ("Not as expected" in shown) == (probe.expected_status != 200)
    assert connector.notifications.qsize() >= 1


def test_without_an_account_that_needs_it_the_page_says_what_to_do(
    form: requests.Session, connector: FakeConnector, control: str, accounts: dict[str, dict[str, Any]]
) -> None:
    assert connector.url
    for account in accounts.values():
        form.put(f"{control}/accounts/{account['bankAccountId']}/status", json={"status": "active"})
    assert "mark one in the product" in panel(form.post(f"{control}/probe", data={"key": "replay"})).get_text()


def test_a_moved_clock_ends_an_authorisation(
    form: requests.Session, connector: FakeConnector, control: str, authorisation_id: str
) -> None:
    assert connector.url
    assert form.get(f"{control}/state").json()["seconds_left"] == pytest.approx(1200, abs=5)
    form.post(f"{control}/clock", data={"minutes": "14"})
    assert form.get(f"{control}/state").json()["seconds_left"] == pytest.approx(360, abs=5)
    form.post(f"{control}/clock", data={"minutes": "14"})
    state = form.get(f"{control}/state").json()
    assert (state["authorisation_id"], state["progress"]) == (authorisation_id, "expired")
    form.post(f"{control}/clock", data={"minutes": "0"})
    assert form.get(f"{control}/state").json()["progress"] == "open"


@pytest.mark.parametrize(("path", "data"), [("clock", {"minutes": "-5"}), ("choose", {"display": "popup"})])
def test_an_unknown_choice_is_refused(form: requests.Session, control: str, path: str, data: dict[str, str]) -> None:
    assert form.post(f"{control}/{path}", data=data).status_code == 400


@pytest.mark.parametrize("path", ["break", "probe"])
def test_an_unknown_name_is_not_found(form: requests.Session, control: str, path: str) -> None:
    assert form.post(f"{control}/{path}", data={"key": "unknown"}).status_code == 404


def test_a_form_of_another_site_is_refused(http: requests.Session, control: str) -> None:
    answer = http.post(
        f"{control}/break", data={"key": "patch-refused"}, headers={"Origin": "https://elsewhere.example"}
    )
    assert answer.status_code == 400


def test_choices_are_settings(form: requests.Session, control: str) -> None:
    form.post(f"{control}/choose", data={"display": "page", "customer_language": "fr", "product_policy": "strict"})
    settings = form.get(f"{control}/settings").json()
    assert [settings[name] for name in ("display", "customer_language", "product_policy")] == ["page", "fr", "strict"]


def test_the_chosen_authenticator_is_passed_to_make_local(form: requests.Session, control: str) -> None:
    session = {"a-1": {"state": "opened", "expires_at": 1}}
    report = {"authenticator": "consent", "moved_seconds": 0, "sessions": session}
    assert form.post(f"{control}/stack", json=report).json()["authenticator"] == "consent"
    assert BeautifulSoup(form.get(f"{control}/").text, "html5lib").find("button", {"name": "authenticator"})
    with pytest.raises(requests.ReadTimeout):
        # The page waits until it is deployed.
        form.post(f"{control}/choose", data={"authenticator": "steps"}, timeout=0.2)
    assert form.post(f"{control}/stack", json=report).json()["authenticator"] == "steps"
    assert form.post(f"{control}/stack", json=report | {"authenticator": "steps"}).json()["authenticator"] == "steps"


def test_the_session_of_the_connector_is_shown_beside_the_authorisation(
    form: requests.Session, control: str, authorisation_id: str
) -> None:
    sessions = {authorisation_id: {"state": "opened", "expires_at": 1}}
    form.post(f"{control}/stack", json={"authenticator": "consent", "sessions": sessions})
    assert form.get(f"{control}/state").json()["session"]["state"] == "opened"
    current = BeautifulSoup(form.get(f"{control}/").text, "html5lib").select_one("[aria-current=step]")
    assert current
    assert current.get_text() == "opened"


def test_the_page_gets_each_exchange_and_the_state_as_they_change(
    simulation: dict[str, Any], http: requests.Session, control: str
) -> None:
    with http.get(f"{control}/events?after=0", stream=True) as stream:
        lines = stream.iter_lines(chunk_size=1, decode_unicode=True)
        first = next(line for line in lines if line.startswith("event: "))
        requests.get(simulation["sage_id"]["jwks_url"], timeout=10)
        events: dict[str, Any] = {}
        kind = first.removeprefix("event: ")
        for line in lines:
            if line.startswith("event: "):
                kind = line.removeprefix("event: ")
            elif line.startswith("data: "):
                events[kind] = json.loads(line.removeprefix("data: "))
            if set(events) == {"state", "message"}:
                break
    assert "GET /.well-known/jwks.json" in events["message"]["html"]
    assert "No re-authorisation was started yet" in events["state"]["html"]
