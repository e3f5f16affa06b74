"""What is made to go wrong goes wrong, on real sockets, as planned."""

import time
from typing import Any

import pytest
import requests

from simulator.rules.faults import Fault, Faults, Kind, Plan
from tests.fakes.connector import FakeConnector

SUCCESS = {"data": {"status": "success"}}


class Faulty:
    """An authorisation that is about to be answered, and a way to have that go wrong."""

    def __init__(self, api: requests.Session, control: str, provider_api: str, authorisation_id: str) -> None:
        self.api, self.control = api, control
        self.url = f"{provider_api}/authorisations/{authorisation_id}"
        self.told = f"{control}/authorisations/{authorisation_id}"

    def plan(self, *faults: dict[str, Any] | None, **more: Any) -> requests.Response:  # noqa: ANN401 - any JSON
        wanted = {"party": "provider_api", "endpoint": "PATCH *", "faults": list(faults), **more}
        return self.api.post(f"{self.control}/faults", json=wanted)

    def patch(self) -> requests.Response:
        return self.api.patch(self.url, json=SUCCESS, timeout=10)

    def reports(self) -> list[dict[str, Any]]:
        reports: list[dict[str, Any]] = self.api.get(self.told).json()["reports"]
        return reports


@pytest.fixture
def faulty(api: requests.Session, control: str, provider_api: str, authorisation_id: str) -> Faulty:
    return Faulty(api, control, provider_api, authorisation_id)


def test_a_request_is_answered_with_a_status_and_not_carried_out(faulty: Faulty) -> None:
    faulty.plan({"kind": "status", "status": 429, "retry_after": "7"})
    answer = faulty.patch()
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "7")
    assert faulty.reports() == []
    assert faulty.patch().status_code == 200


def test_a_request_is_carried_out_and_answered_with_a_status_all_the_same(faulty: Faulty) -> None:
    faulty.plan({"kind": "status_after", "status": 500})
    assert faulty.patch().status_code == 500
    assert [report["accepted"] for report in faulty.reports()] == [True]


def test_a_connection_is_dropped_before_anything_is_carried_out(faulty: Faulty) -> None:
    faulty.plan({"kind": "drop_before"})
    with pytest.raises(requests.ConnectionError):
        faulty.patch()
    assert faulty.reports() == []


def test_a_connection_is_dropped_after_the_request_was_carried_out(faulty: Faulty) -> None:
    faulty.plan({"kind": "drop_after"})
    with pytest.raises(requests.ConnectionError):
        faulty.patch()
    assert [report["accepted"] for report in faulty.reports()] == [True]
    assert faulty.patch().status_code == 409


def test_an_answer_is_not_what_its_type_says(faulty: Faulty) -> None:
    faulty.plan({"kind": "malformed"})
    answer = faulty.patch()
    assert answer.headers["Content-Type"] == "application/json"
    with pytest.raises(requests.JSONDecodeError):
        answer.json()


def test_an_answer_breaks_off_in_the_middle(faulty: Faulty) -> None:
    faulty.plan({"kind": "truncated"})
    with pytest.raises(requests.exceptions.ChunkedEncodingError):
        faulty.patch()
    assert [report["accepted"] for report in faulty.reports()] == [True]


def test_an_answer_is_late(faulty: Faulty) -> None:
    faulty.plan({"kind": "delay", "seconds": 0.3})
    began = time.monotonic()
    assert faulty.patch().status_code == 200
    assert time.monotonic() - began >= 0.3


def test_a_token_is_revoked_early(faulty: Faulty) -> None:
    faulty.plan({"kind": "revoke_token"})
    assert [faulty.patch().status_code, faulty.patch().status_code] == [401, 401]


def test_the_client_secret_is_rotated_and_can_be_had(
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


def test_an_outage_lasts_as_long_as_it_was_planned_to(faulty: Faulty) -> None:
    faulty.plan({"kind": "drop_before"}, probability=1.0, for_seconds=0.4)
    until = time.monotonic() + 0.4
    failures = 0
    while time.monotonic() < until - 0.1:
        with pytest.raises(requests.ConnectionError):
            faulty.patch()
        failures += 1
    assert failures > 0
    while faulty.api.get(f"{faulty.control}/faults").json()["plans"]:
        time.sleep(0.01)
    assert faulty.patch().status_code == 200


def test_only_requests_that_match_meet_a_plan(faulty: Faulty, connector: FakeConnector) -> None:
    faulty.plan({"kind": "status"}, party="sage_id", endpoint="GET *")
    assert faulty.patch().status_code == 200
    assert connector.token()


def test_what_was_met_is_counted_and_told_in_the_exchanges(faulty: Faulty) -> None:
    faulty.plan({"kind": "drop_after"}, None, {"kind": "status", "status": 503})
    with pytest.raises(requests.ConnectionError):
        faulty.patch()
    assert [faulty.patch().status_code, faulty.patch().status_code] == [409, 503]
    met = faulty.api.get(f"{faulty.control}/faults").json()["met"]
    assert met == [
        {"party": "provider_api", "fault": "503", "times": 1},
        {"party": "provider_api", "fault": "drop_after", "times": 1},
    ]
    exchanges = faulty.api.get(f"{faulty.control}/exchanges").json()["exchanges"]
    patches = [(exchange["status"], exchange["fault"]) for exchange in exchanges if exchange["method"] == "PATCH"]
    assert patches == [(None, "drop_after"), (409, None), (503, "503")]


def test_all_goes_well_again_when_the_plans_are_cleared(faulty: Faulty) -> None:
    faulty.plan({"kind": "status"}, probability=1.0)
    assert faulty.patch().status_code == 503
    faulty.api.delete(f"{faulty.control}/faults")
    assert faulty.patch().status_code == 200


@pytest.mark.parametrize(
    "mistake",
    [{"party": "nobody"}, {"faults": []}, {"faults": [{"kind": "unheard-of"}]}, {"probability": 2}, {"for_seconds": 0}],
)
def test_a_mistake_in_a_plan_is_told_and_plans_nothing(faulty: Faulty, mistake: dict[str, Any]) -> None:
    wanted = {"party": "provider_api", "faults": [{"kind": "status"}]} | mistake
    assert faulty.api.post(f"{faulty.control}/faults", json=wanted).status_code == 400
    assert faulty.api.get(f"{faulty.control}/faults").json()["plans"] == []


def test_a_person_plans_a_fault_on_the_page_and_clears_it(faulty: Faulty, http: requests.Session) -> None:
    page = f"{faulty.control}/faults/"
    origin = {"Origin": "/".join(page.split("/")[:3])}
    form = {"party": "provider_api", "endpoint": "*", "fault": "answered 503", "when": "10-minutes"}
    shown = http.post(f"{page}plan", data=form, headers=origin)
    assert "provider_api *:" in shown.text
    assert faulty.patch().status_code == 503
    assert "503, 1 times" in http.get(page).text
    assert "Nothing: all goes well" in http.post(f"{page}clear", headers=origin).text


def test_another_site_s_page_cannot_plan_a_fault(faulty: Faulty, http: requests.Session) -> None:
    form = {"party": "provider_api", "endpoint": "*", "fault": "answered 503", "when": "10-minutes"}
    answer = http.post(f"{faulty.control}/faults/plan", data=form, headers={"Origin": "https://elsewhere.example"})
    assert answer.status_code == 400
    assert http.get(f"{faulty.control}/faults").json()["plans"] == []


def drawn(seed: int) -> list[Fault | None]:
    faults = Faults()
    faults.add(Plan("provider_api", "*", (Fault(Kind.STATUS), Fault(Kind.DROP_AFTER)), probability=0.2, seed=seed))
    return [faults.meet("provider_api", "PATCH", "/") for _ in range(500)]


def test_the_same_seed_draws_the_same_faults_about_as_often_as_was_asked() -> None:
    assert drawn(1) == drawn(1) != drawn(2)
    assert 60 <= sum(fault is not None for fault in drawn(1)) <= 140
    assert {fault.kind for fault in drawn(1) if fault} == {Kind.STATUS, Kind.DROP_AFTER}
