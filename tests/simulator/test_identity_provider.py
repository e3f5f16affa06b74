"""The simulated bank's identity provider enforces OpenID Connect, OAuth 2.0 and PKCE."""

import hashlib
from base64 import urlsafe_b64encode
from typing import Any
from urllib.parse import parse_qs, quote_plus, unquote_plus, urlsplit

import pytest
import requests

from simulator.bank.customers import PASSWORD
from simulator.bank.systems import IDENTITY_PATH

VERIFIER = "v" * 43
CALLBACK = "https://connector.example/live/completion/callback"


class Client:
    def __init__(self, simulation: dict[str, Any], http: requests.Session) -> None:
        self.issuer = f"{simulation['bank']['url']}{IDENTITY_PATH}"
        self.http = http
        credentials = simulation["credentials"]
        self.basic = (credentials["oidc_client_id"], quote_plus(credentials["oidc_client_secret"]))
        challenge = urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).decode().rstrip("=")
        self.prompt = {
            "response_type": "code",
            "client_id": self.basic[0],
            "redirect_uri": CALLBACK,
            "scope": "openid",
            "state": "s-1",
            "nonce": "n-1",
            "code_challenge": challenge,
            "code_challenge_method": "S256",
        }

    def sign_in(self, **typed: str) -> requests.Response:
        typed = {"user": "anna", "password": PASSWORD, "do": "sign-in"} | typed
        return self.http.post(f"{self.issuer}/authorize", self.prompt | typed, allow_redirects=False)

    def code(self) -> str:
        location = self.sign_in().headers["Location"]
        return parse_qs(urlsplit(location).query)["code"][0]

    def redeem(self, code: str, /, **changes: str) -> requests.Response:
        sent = {"grant_type": "authorization_code", "code": code, "redirect_uri": CALLBACK, "code_verifier": VERIFIER}
        return self.http.post(f"{self.issuer}/token", sent | changes, auth=self.basic)


@pytest.fixture
def client(simulation: dict[str, Any], http: requests.Session, control: str) -> Client:
    registered = {name: f"https://connector.example/live/{name}" for name in ("notification", "authrefresh")}
    http.put(f"{control}/connector", json={f"{name}_url": url for name, url in registered.items()}).raise_for_status()
    return Client(simulation, http)


def test_a_sign_in_redirects_with_a_code_and_the_issuer(client: Client) -> None:
    answer = client.sign_in()

    back = parse_qs(urlsplit(answer.headers["Location"]).query)
    assert (answer.status_code, back["state"], back["iss"]) == (303, ["s-1"], [client.issuer])
    assert client.redeem(back["code"][0]).json()["token_type"] == "Bearer"


def test_cancel_redirects_with_access_denied(client: Client) -> None:
    assert "error=access_denied" in client.sign_in(do="cancel").headers["Location"]


@pytest.mark.parametrize("typed", [{"password": "x"}, {"user": "nobody"}, {"user": "david"}])
def test_a_failed_sign_in_shows_the_page_again(client: Client, typed: dict[str, str]) -> None:
    answer = client.sign_in(**typed)

    assert answer.status_code == 200
    assert 'role="alert"' in answer.text


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("client_id", "another"),
        ("redirect_uri", "https://evil.example/completion/callback"),
        ("response_type", "token"),
        ("scope", "profile"),
        ("code_challenge_method", "plain"),
        ("code_challenge", ""),
        ("nonce", ""),
        ("state", ""),
    ],
)
def test_a_wrong_request_gets_an_error_page_and_no_redirect(client: Client, name: str, value: str) -> None:
    client.prompt[name] = value

    assert client.http.get(f"{client.issuer}/authorize", params=client.prompt).status_code == 400
    assert client.sign_in().status_code == 400


def test_a_code_can_be_exchanged_once(client: Client) -> None:
    code = client.code()

    assert client.redeem(code).status_code == 200
    assert client.redeem(code).json() == {"error": "invalid_grant"}


@pytest.mark.parametrize(
    "changes",
    [
        {"code_verifier": "w" * 43},
        {"redirect_uri": "https://evil.example/"},
        {"code": "guessed"},
        {"code_verifier": ""},
    ],
)
def test_a_code_is_invalid_for_another_request(client: Client, changes: dict[str, str]) -> None:
    assert client.redeem(client.code(), **changes).json() == {"error": "invalid_grant"}


def test_an_unauthenticated_client_gets_no_token(client: Client) -> None:
    code = client.code()
    client.basic = (client.basic[0], "guessed")

    assert client.redeem(code).status_code == 401


def test_a_client_whose_secret_is_not_form_encoded_gets_no_token(client: Client) -> None:
    code = client.code()
    client.basic = (client.basic[0], unquote_plus(client.basic[1]))

    assert client.redeem(code).status_code == 401


def test_other_grant_types_are_refused(client: Client) -> None:
    assert client.redeem(client.code(), grant_type="password").json() == {"error": "unsupported_grant_type"}


def test_the_endpoints_of_the_discovery_document_respond(client: Client) -> None:
    found = client.http.get(f"{client.issuer}/.well-known/openid-configuration").json()

    assert found["issuer"] == client.issuer
    assert client.http.get(found["jwks_uri"]).json()["keys"]
    assert client.http.get(found["authorization_endpoint"], params=client.prompt).status_code == 200
    assert client.http.post(found["token_endpoint"]).status_code == 401
