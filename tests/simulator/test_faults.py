"""Planned faults, observed on real sockets."""

import time
from typing import Any

import pytest
import requests

from simulator.rules.faults import Fault, Faults, Kind, Plan
from tests.fakes.connector import FakeConnector

SUCCESS = {"data": {"status": "success"}}


class Faulty:
    """A started authorisation, and a way to plan faults for its PATCH."""

    def __init__(self, api: requests.Session, control: str, provider_api: str, authorisation_id: str) -> None:
        self.api, self.control = api, control
        self.url = f"{provider_api}/authorisations/{authorisation_id}"
        self.record_url = f"{control}/authorisations/{authorisation_id}"

    def plan(self, *faults: dict[str, Any] | None, **more: Any) -> requests.Response:  # noqa: ANN401 - any JSON
        body = {"party": "provider_api", "endpoint": "PATCH *", "faults": list(faults), **more}
        return self.api.post(f"{self.control}/faults", json=body)

    def patch(self) -> requests.Response:
        return self.api.patch(self.url, json=SUCCESS, timeout=10)

    def reports(self) -> list[dict[str, Any]]:
        reports: list[dict[str, Any]] = self.api.get(self.record_url).json()["reports"]
        return reports


@pytest.fixture
def faulty(api: requests.Session, control: str, provider_api: str, authorisation_id: str) -> Faulty:
    return Faulty(api, control, provider_api, authorisation_id)


def test_status_is_returned_and_the_request_is_not_executed(faulty: Faulty) -> None:
    faulty.plan({"kind": "status", "status": 429, "retry_after": "7"})
    answer = faulty.patch()
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "7")
    assert faulty.reports() == []
    assert faulty.patch().status_code == 200


def test_status_after_executes_the_request_and_returns_the_status(faulty: Faulty) -> None:
    faulty.plan({"kind": "status_after", "status": 500})
    assert faulty.patch().status_code == 500
    assert [report["accepted"] for report in faulty.reports()] == [True]


def test_drop_before_closes_the_connection_and_does_not_execute_the_request(faulty: Faulty) -> None:
    faulty.plan({"kind": "drop_before"})
    with pytest.raises(requests.ConnectionError):
        faulty.patch()
    assert faulty.reports() == []


def test_drop_after_executes_the_request_and_closes_the_connection(faulty: Faulty) -> None:
    faulty.plan({"kind": "drop_after"})
    with pytest.raises(requests.ConnectionError):
        faulty.patch()
    assert [report["accepted"] for report in faulty.reports()] == [True]
    assert faulty.patch().status_code == 409


def test_malformed_returns_a_body_that_is_not_json(faulty: Faulty) -> None:
    faulty.plan({"kind": "malformed"})
    answer = faulty.patch()
    assert answer.headers["Content-Type"] == "application/json"
    with pytest.raises(requests.JSONDecodeError):
        answer.json()


def test_truncated_returns_half_of_the_body(faulty: Faulty) -> None:
    faulty.plan({"kind": "truncated"})
    with pytest.raises(requests.exceptions.ChunkedEncodingError):
        faulty.patch()
    assert [report["accepted"] for report in faulty.reports()] == [True]


def test_delay_makes_the_response_late(faulty: Faulty) -> None:
    faulty.plan({"kind": "delay", "seconds": 0.3})
    began = time.monotonic()
    assert faulty.patch().status_code == 200
    assert time.monotonic() - began >= 0.3


def test_revoke_token_makes_the_token_of_the_request_invalid(faulty: Faulty) -> None:
    faulty.plan({"kind": "revoke_token"})
    assert [faulty.patch().status_code, faulty.patch().status_code] == [401, 401]


def test_rotate_secret_replaces_the_client_secret(
    connector: FakeConnector, http: requests.Session, control: str
) -> None:
    known = http.get(f"{control}/sage-id/client-secret").json()["client_secret"]
    http.post(
        f"{control}/faults",
        json={"party": "sage_id", "endpoint": "POST /oauth/token", "faults": [{"kind": "rotate_secret"}]},
    )
    with pytest.raises(requests.HTTPError, match="401"):
        connector.token()
    assert http.get(f"{control}/sage-id/client-secret").json()["client_secret"] != known


def test_a_plan_with_for_seconds_applies_to_every_request_until_these_seconds_are_over() -> None:
    now = 100.0
    faults = Faults(lambda: now)
    faults.add(Plan("provider_api", "*", (Fault(Kind.DROP_BEFORE),), probability=1, for_seconds=8))
    for now in (100.0, 107.9):  # noqa: B007 - the clock reads the variable
        assert faults.next_fault("provider_api", "PATCH", "/") == Fault(Kind.DROP_BEFORE)
    now = 108.0
    assert faults.next_fault("provider_api", "PATCH", "/") is None
    assert faults.plans() == []


def test_after_for_seconds_requests_are_executed_again(faulty: Faulty) -> None:
    faulty.plan({"kind": "drop_before"}, probability=1.0, for_seconds=0.05)
    while faulty.api.get(f"{faulty.control}/faults").json()["plans"]:
        time.sleep(0.01)
    assert faulty.patch().status_code == 200


def test_a_plan_applies_to_matching_requests_only(faulty: Faulty, connector: FakeConnector) -> None:
    faulty.plan({"kind": "status"}, party="sage_id", endpoint="GET *")
    assert faulty.patch().status_code == 200
    assert connector.token()


def test_applied_faults_are_counted_and_recorded_in_the_exchanges(faulty: Faulty) -> None:
    faulty.plan({"kind": "drop_after"}, None, {"kind": "status", "status": 503})
    with pytest.raises(requests.ConnectionError):
        faulty.patch()
    assert [faulty.patch().status_code, faulty.patch().status_code] == [409, 503]
    applied = faulty.api.get(f"{faulty.control}/faults").json()["applied"]
    assert applied == [
        {"party": "provider_api", "fault": "503", "times": 1},
        {"party": "provider_api", "fault": "drop_after", "times": 1},
    ]
    exchanges = faulty.api.get(f"{faulty.control}/exchanges").json()["exchanges"]
    patches = [(exchange["status"], exchange["fault"]) for exchange in exchanges if exchange["method"] == "PATCH"]
    assert patches == [(None, "drop_after"), (409, None), (503, "503")]


def test_clearing_the_plans_ends_all_faults(faulty: Faulty) -> None:
    faulty.plan({"kind": "status"}, probability=1.0)
    assert faulty.patch().status_code == 503
    faulty.api.delete(f"{faulty.control}/faults")
    assert faulty.patch().status_code == 200


@pytest.mark.parametrize(
    "invalid",
    [{"party": "nobody"}, {"faults": []}, {"faults": [{"kind": "unknown"}]}, {"probability": 2}, {"for_seconds": 0}],
)
def test_an_invalid_plan_is_refused(faulty: Faulty, invalid: dict[str, Any]) -> None:
    body = {"party": "provider_api", "faults": [{"kind": "status"}]} | invalid
    assert faulty.api.post(f"{faulty.control}/faults", json=body).status_code == 400
    assert faulty.api.get(f"{faulty.control}/faults").json()["plans"] == []


def test_the_page_can_plan_a_fault_and_clear_all(faulty: Faulty, http: requests.Session) -> None:
    page = f"{faulty.control}/faults/"
    origin = {"Origin": "/".join(page.split("/")[:3])}
    form = {"party": "provider_api", "endpoint": "*", "fault": "answered with 503", "when": "10-minutes"}
    shown = http.post(f"{page}plan", data=form, headers=origin)
    assert "provider_api *:" in shown.text
    assert faulty.patch().status_code == 503
    assert "503, 1 times" in http.get(page).text
    assert "No fault is planned" in http.post(f"{page}clear", headers=origin).text


def test_a_form_of_another_origin_cannot_plan_a_fault(faulty: Faulty, http: requests.Session) -> None:
    form = {"party": "provider_api", "endpoint": "*", "fault": "answered with 503", "when": "10-minutes"}
    answer = http.post(f"{faulty.control}/faults/plan", data=form, headers={"Origin": "https://elsewhere.example"})
    assert answer.status_code == 400
    assert http.get(f"{faulty.control}/faults").json()["plans"] == []


def drawn(seed: int) -> list[Fault | None]:
    faults = Faults()
    faults.add(Plan("provider_api", "*", (Fault(Kind.STATUS), Fault(Kind.DROP_AFTER)), probability=0.2, seed=seed))
    return [faults.next_fault("provider_api", "PATCH", "/") for _ in range(500)]


def test_the_same_seed_draws_the_same_faults_with_the_given_probability() -> None:
    assert drawn(1) == drawn(1) != drawn(2)
    assert 60 <= sum(fault is not None for fault in drawn(1)) <= 140
    assert {fault.kind for fault in drawn(1) if fault} == {Kind.STATUS, Kind.DROP_AFTER}
