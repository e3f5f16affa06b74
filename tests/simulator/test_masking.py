"""The record of exchanges contains no secrets."""

import json

import pytest

from simulator.wire.masking import mask_body, mask_headers, mask_query, mask_url

JWT = "eyJhbGciOiJub25lIn0.eyJzdWIiOiJhIn0."
SECRET = "marker-4711"


@pytest.mark.parametrize(
    "name",
    [
        "access_token",
        "refresh_token",
        "id_token",
        "client_secret",
        "clientSecret",
        "password",
        "new_password",
        "code",
        "code_verifier",
        "otp",
        "api_key",
        "apiKey",
        "ticket",
        "client_assertion",
        "notification_header_value",
        "authorization",
    ],
)
def test_a_secret_member_or_parameter_is_masked_at_every_depth(name: str) -> None:
    body = json.dumps({"data": [{name: SECRET, "kept": "visible"}]}).encode()
    assert mask_body("application/json", body) == {"data": [{name: "***", "kept": "visible"}]}
    assert mask_query(f"{name}={SECRET}&kept=visible") == f"{name}=***&kept=visible"
    assert SECRET not in str(mask_body("application/x-www-form-urlencoded", f"{name}={SECRET}".encode()))


def test_a_secret_object_is_masked_completely() -> None:
    body = json.dumps({"password": {"nested": SECRET}}).encode()
    assert mask_body("application/json", body) == {"password": "***"}


def test_secret_headers_are_masked_and_the_scheme_is_kept() -> None:
    sent = [("Authorization", f"Bearer {SECRET}"), ("x-api-key", SECRET), ("Cookie", SECRET), ("Accept", "*/*")]
    assert mask_headers(sent) == {"Authorization": "Bearer ***", "x-api-key": "***", "Cookie": "***", "Accept": "*/*"}


def test_only_the_secrets_of_a_url_in_a_header_are_masked() -> None:
    location = f"https://bank.example/callback?code={SECRET}&state=s"
    expected = "https://bank.example/callback?code=***&state=s"
    assert mask_headers([("Location", location)]) == {"Location": expected}
    assert mask_url("https://bank.example/") == "https://bank.example/"


def test_a_jwt_is_masked_in_every_place() -> None:
    body = json.dumps({"note": f"it was {JWT} then"}).encode()
    assert mask_body("application/json", body) == {"note": "it was *** then"}
    assert mask_query(f"note={JWT}") == "note=***"
    assert mask_headers([("X-Note", JWT)]) == {"X-Note": "***"}


def test_the_code_of_an_error_is_not_a_secret() -> None:
    body = json.dumps({"error": {"code": "NotFoundError"}}).encode()
    assert mask_body("application/json", body) == {"error": {"code": "NotFoundError"}}


@pytest.mark.parametrize("kind", ["text/html; charset=utf-8", "application/json", ""])
def test_a_body_of_another_type_is_replaced_by_its_type_and_size(kind: str) -> None:
    masked = mask_body(kind, f"<input value={SECRET}>".encode())
    assert SECRET not in masked
    assert "25 bytes" in masked
