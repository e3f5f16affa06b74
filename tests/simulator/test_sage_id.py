"""Sage ID over HTTP: the client credentials grant (RFC 6749 section 4.4)."""

from typing import Any

import pytest
import requests
from joserfc import jwt
from joserfc.jwk import KeySet


@pytest.fixture
def prompt(simulation: dict[str, Any]) -> dict[str, str]:
    """Return the parameters of a valid request."""
    return {
        "grant_type": "client_credentials",
        "client_id": simulation["credentials"]["client_id"],
        "client_secret": simulation["credentials"]["client_secret"],
        "audience": simulation["provider_api"]["audience"],
    }


@pytest.mark.parametrize("kind", ["json", "data"])
def test_a_token_is_issued_for_a_json_and_for_a_form_body(
    simulation: dict[str, Any], http: requests.Session, prompt: dict[str, str], kind: str
) -> None:
    answer = http.post(simulation["sage_id"]["token_url"], **{kind: prompt})  # type: ignore[arg-type] # by its name
    assert answer.status_code == 200
    body = answer.json()
    assert (body["token_type"], body["expires_in"]) == ("Bearer", 8 * 60 * 60)
    keys = KeySet.import_key_set(http.get(simulation["sage_id"]["jwks_url"]).json())
    token = jwt.decode(body["access_token"], keys, algorithms=["RS256"])
    assert token.header["alg"] == "RS256"
    assert token.claims["iss"] == simulation["sage_id"]["issuer"]
    assert token.claims["aud"] == simulation["provider_api"]["audience"]
    assert token.claims["exp"] - token.claims["iat"] == 8 * 60 * 60


@pytest.mark.parametrize(
    ("change", "refusal"),
    [
        ({"client_secret": "wrong"}, (401, "invalid_client")),
        ({"client_id": "wrong"}, (401, "invalid_client")),
        ({"client_secret": ""}, (400, "invalid_request")),
        ({"audience": "https://elsewhere.example"}, (403, "access_denied")),
        ({"grant_type": "password"}, (400, "unsupported_grant_type")),
    ],
)
def test_an_invalid_token_request_is_refused(
    simulation: dict[str, Any],
    http: requests.Session,
    prompt: dict[str, str],
    change: dict[str, str],
    refusal: tuple[int, str],
) -> None:
    answer = http.post(simulation["sage_id"]["token_url"], json=prompt | change)
    assert (answer.status_code, answer.json()["error"]) == refusal


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b'"text"'])
def test_a_body_that_is_not_an_object_has_no_parameters(
    simulation: dict[str, Any], http: requests.Session, body: bytes
) -> None:
    headers = {"Content-Type": "application/json"}
    answer = http.post(simulation["sage_id"]["token_url"], data=body, headers=headers)
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_request")


def test_expires_in_can_be_missing(
    simulation: dict[str, Any], http: requests.Session, control: str, prompt: dict[str, str]
) -> None:
    http.patch(f"{control}/settings", json={"expires_in": False})
    assert set(http.post(simulation["sage_id"]["token_url"], json=prompt).json()) == {"access_token", "token_type"}


def test_too_many_token_requests_are_refused(
    simulation: dict[str, Any], http: requests.Session, control: str, prompt: dict[str, str]
) -> None:
    http.patch(f"{control}/settings", json={"sage_id_tokens_per_minute": 1})
    statuses = [http.post(simulation["sage_id"]["token_url"], json=prompt).status_code for _ in range(5)]
    assert statuses[-1] == 429


def test_a_rotated_client_secret_replaces_the_old_one(
    simulation: dict[str, Any], http: requests.Session, control: str, prompt: dict[str, str]
) -> None:
    fresh = http.post(f"{control}/sage-id/client-secret").json()
    url = simulation["sage_id"]["token_url"]
    assert http.post(url, json=prompt).status_code == 401
    assert http.post(url, json=prompt | fresh).status_code == 200


def test_a_new_key_is_published_with_or_without_the_old_key(
    simulation: dict[str, Any], http: requests.Session, control: str
) -> None:
    def published() -> list[str]:
        return [key["kid"] for key in http.get(simulation["sage_id"]["jwks_url"]).json()["keys"]]

    before = published()
    second = http.post(f"{control}/sage-id/keys").json()["kid"]
    assert published() == [*before, second]
    third = http.post(f"{control}/sage-id/keys", json={"keep_previous": False}).json()["kid"]
    assert published() == [third]


def test_no_private_key_is_published(simulation: dict[str, Any], http: requests.Session) -> None:
    (key, *_) = http.get(simulation["sage_id"]["jwks_url"]).json()["keys"]
    assert set(key) == {"kty", "n", "e", "use", "alg", "kid"}


def test_discovery_names_the_same_urls_as_the_state_file(simulation: dict[str, Any], http: requests.Session) -> None:
    issuer = simulation["sage_id"]["issuer"]
    assert issuer.endswith("/")
    found = http.get(f"{issuer}.well-known/openid-configuration").json()
    assert found["issuer"] == issuer
    assert found["token_endpoint"] == simulation["sage_id"]["token_url"]
    assert found["jwks_uri"] == simulation["sage_id"]["jwks_url"]
