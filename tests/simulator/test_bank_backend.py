"""The simulated bank's backend enforces docs/authenticator-api.yaml, including its idempotency keys."""

from typing import Any

import pytest
import requests

from simulator.bank.customers import CUSTOMERS, PASSWORD

NEW = {
    "authorisationId": "a7d66d27-e9ab-40b4-850a-447a541ca263",
    "externalId": "acc-10001",
    "locale": "fr",
    "expiresAt": "2030-01-01T00:00:00+00:00",
}


class Backend:
    def __init__(self, simulation: dict[str, Any], http: requests.Session) -> None:
        self.url = f"{simulation['bank']['url']}/v1/journeys"
        self.phones = f"{simulation['bank']['url']}/phones"
        self.http = http
        self.headers = {"Authorization": f"Bearer {simulation['credentials']['authenticator_api_key']}"}

    def begin(self, key: str = "begin", **changes: Any) -> requests.Response:  # noqa: ANN401 - any JSON
        return self.http.post(self.url, json=NEW | changes, headers=self.headers | {"Idempotency-Key": key})

    def answer(self, journey_id: str, key: str, **answers: str) -> dict[str, Any]:
        sent = {"answers": answers}
        headers = self.headers | {"Idempotency-Key": key}
        step: dict[str, Any] = self.http.post(f"{self.url}/{journey_id}/answers", json=sent, headers=headers).json()[
            "step"
        ]
        return step


@pytest.fixture
def backend(simulation: dict[str, Any], http: requests.Session) -> Backend:
    return Backend(simulation, http)


@pytest.fixture
def journey_id(backend: Backend) -> str:
    return str(backend.begin().json()["journeyId"])


def test_a_request_without_api_key_is_refused(backend: Backend) -> None:
    for authorization in ("", "Bearer guessed", backend.headers["Authorization"].upper()):
        backend.headers = {"Authorization": authorization}
        assert backend.begin().status_code == 401


def test_a_request_without_idempotency_key_is_refused(backend: Backend) -> None:
    assert backend.http.post(backend.url, json=NEW, headers=backend.headers).status_code == 400


@pytest.mark.parametrize("changes", [{"externalId": None}, {"locale": 7}, {"authorisationId": "x"}, {"password": "x"}])
def test_a_request_that_breaks_the_contract_is_refused(backend: Backend, changes: dict[str, Any]) -> None:
    assert backend.begin(**changes).status_code == 400


def test_the_same_key_begins_one_journey(backend: Backend) -> None:
    assert backend.begin("k").json() == backend.begin("k").json()
    assert backend.begin("k").json()["journeyId"] != backend.begin("other").json()["journeyId"]


def test_the_same_key_gets_the_same_response_after_later_answers(backend: Backend, journey_id: str) -> None:
    first = backend.answer(journey_id, "k", user="ben", password=PASSWORD)
    backend.answer(journey_id, "l", factor="code")
    code = backend.http.get(f"{backend.phones}/ben/messages").json()["code"]

    assert backend.answer(journey_id, "k", user="ben", password=PASSWORD) == first
    assert backend.http.get(f"{backend.phones}/ben/messages").json()["code"] == code


def test_the_error_does_not_say_which_credential_was_wrong(backend: Backend, journey_id: str) -> None:
    wrong_name = backend.answer(journey_id, "a", user="nobody", password=PASSWORD)
    wrong_password = backend.answer(journey_id, "b", user="anna", password="x")

    assert wrong_name == wrong_password
    assert wrong_name["error"] == "Le nom d’utilisateur ou le mot de passe est incorrect"  # noqa: RUF001 - French


def test_a_cancelled_journey_is_unknown(backend: Backend, journey_id: str) -> None:
    url = f"{backend.url}/{journey_id}"

    assert backend.http.get(url, headers=backend.headers).status_code == 200
    assert backend.http.delete(url, headers=backend.headers).status_code == 204
    assert backend.http.get(url, headers=backend.headers).status_code == 404
    assert backend.http.delete(url, headers=backend.headers).status_code == 404


def test_a_decision_on_the_phone_is_final(backend: Backend, journey_id: str) -> None:
    backend.answer(journey_id, "k", user="chloe", password=PASSWORD)
    [request] = backend.http.get(f"{backend.phones}/chloe/messages").json()["requests"]
    for do in ("approve", "refuse"):
        backend.http.post(f"{backend.phones}/chloe/requests/{request['id']}", {"do": do})

    [decided] = backend.http.get(f"{backend.phones}/chloe/messages").json()["requests"]
    assert decided["decision"] == "approved"
    looked = backend.http.get(f"{backend.url}/{journey_id}", headers=backend.headers).json()["step"]
    assert looked == {"type": "granted", "externalIds": ["acc-10001"]}


def test_the_banks_page_lists_every_customer_and_their_phone(backend: Backend, simulation: dict[str, Any]) -> None:
    page = backend.http.get(simulation["bank"]["url"]).text

    for name in CUSTOMERS:
        assert f"/phones/{name}" in page
        assert backend.http.get(f"{backend.phones}/{name}").status_code == 200
    assert PASSWORD in page
    assert backend.http.get(f"{backend.phones}/nobody").status_code == 404
