"""Authentication and rate limit of the Provider API."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import requests

from tests.fakes.connector import FakeConnector
from tests.simulator.sage import refusal


@pytest.mark.parametrize(
    "headers",
    [
        {"x-api-key": "wrong"},
        {"x-api-key": None},
        {"Authorization": None},
        {"Authorization": "Basic abc"},
        {"Authorization": "Bearer abc"},
    ],
)
def test_the_api_key_and_the_token_are_required(
    api: requests.Session, provider_api: str, authorisation_id: str, headers: dict[str, str | None]
) -> None:
    body = {"data": {"status": "success"}}
    answer = api.patch(f"{provider_api}/authorisations/{authorisation_id}", json=body, headers=headers)
    assert refusal(answer) == (401, "AuthenticationError")


@pytest.mark.parametrize(
    "flaw",
    [
        {"expires_in": -1},
        {"claims": {"iss": "https://elsewhere.example/"}},
        {"claims": {"exp": None}},
        {"audience": "https://elsewhere.example"},
        {"claims": {"sub": "another-client"}},
        {"claims": {"sub": None}},
        {"forgery": "none"},
        {"forgery": "HS256"},
        {"forgery": "unknown-key"},
        {"forgery": "stolen-key-id"},
    ],
)
def test_a_token_must_be_signed_by_sage_id_for_this_api_and_not_expired(
    api: requests.Session, provider_api: str, control: str, simulation: dict[str, Any], flaw: dict[str, Any]
) -> None:
    prompt = {"audience": simulation["provider_api"]["audience"]}

    def tried(how: dict[str, Any]) -> requests.Response:
        token = api.post(f"{control}/sage-id/tokens", json=prompt | how).json()["token"]
        return api.get(f"{provider_api}/statements/unknown", headers={"Authorization": f"Bearer {token}"})

    assert tried({}).status_code == 404
    assert refusal(tried(flaw)) == (401, "AuthenticationError")


@pytest.mark.parametrize("one", [True, False])
def test_a_revoked_token_is_refused_and_the_next_one_works(
    api: requests.Session,
    provider_api: str,
    control: str,
    connector: FakeConnector,
    one: bool,  # noqa: FBT001 - a table's column
) -> None:
    token = str(api.headers["Authorization"]).removeprefix("Bearer ")
    assert api.post(f"{control}/sage-id/revocations", json={"token": token} if one else {}).json()["revoked"] >= 1
    assert refusal(api.get(f"{provider_api}/statements/unknown")) == (401, "AuthenticationError")
    api.headers["Authorization"] = f"Bearer {connector.token()}"
    assert api.get(f"{provider_api}/statements/unknown").status_code == 404


def test_a_token_of_a_removed_key_is_refused(api: requests.Session, provider_api: str, control: str) -> None:
    api.post(f"{control}/sage-id/keys", json={"keep_previous": False})
    assert refusal(api.get(f"{provider_api}/statements/unknown")) == (401, "AuthenticationError")


def test_too_many_requests_get_429_without_a_body(api: requests.Session, provider_api: str, control: str) -> None:
    api.patch(f"{control}/settings", json={"provider_api_per_second": 1})
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: api.get(f"{provider_api}/statements/unknown"), range(16)))
    refused = [answer for answer in answers if answer.status_code == 429]
    assert refused
    assert {answer.content for answer in refused} == {b""}
