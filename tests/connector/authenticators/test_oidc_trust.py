"""Trust in the identity provider: what a `state` gives away, whose metadata count, and how old they may be."""

from base64 import urlsafe_b64encode
from collections.abc import Iterator
from dataclasses import replace
from hashlib import sha256
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import parse_qsl, urlsplit

import pytest
from joserfc import jwt
from joserfc.jwk import KeySet, RSAKey

from connector.authenticators.configuration import AuthenticatorSettings, Configuration
from connector.authenticators.oidc.authenticator import Oidc
from connector.authenticators.oidc.id_token import IdTokenCheck, InvalidIdTokenError
from connector.authenticators.port import AuthenticatorUnavailableError, SendTo, Visit
from connector.runtime.settings import read
from tests.deployment import environment_for
from tests.fakes.clock import Clock
from tests.fakes.document_server import DocumentServer, document_server

if TYPE_CHECKING:
    from connector.authenticators.secret import AuthenticatorSecret

SECRET = "client-secret"
DISCOVERY = "/.well-known/openid-configuration"
VISIT = Visit(
    authorisation_id="a",
    external_id="x",
    bank_id=None,
    locale="en",
    expires_at=0,
    key="k",
    callback_url="https://connector.example/completion/callback",
    callback_state="a.1.state",
)


class Secret:
    """The client's id and secret."""

    def __init__(self, secret: str) -> None:
        self._values = {"oidc_client_id": "client", "oidc_client_secret": secret}

    def get(self, name: str) -> str:
        return self._values[name]

    reload = get


@pytest.fixture
def bank() -> Iterator[DocumentServer]:
    with document_server() as server:
        server.documents[DISCOVERY] = {
            "issuer": server.url,
            "authorization_endpoint": f"{server.url}/authorize",
            "token_endpoint": f"{server.url}/token",
            "jwks_uri": f"{server.url}/jwks.json",
        }
        yield server


def oidc(bank: DocumentServer, secret: str = SECRET, clock: Clock | None = None) -> Oidc:
    settings = read(AuthenticatorSettings, environment_for({"Authenticator": "oidc", "AuthenticatorUrl": bank.url}))
    return Oidc(Configuration(settings, cast("AuthenticatorSecret", Secret(secret))), clock or Clock())


def sign_in(relying_party: Oidc, visit: Visit = VISIT) -> dict[str, str]:
    """Return the authorisation request's parameters, and its endpoint as `endpoint`."""
    sent = relying_party.begin(visit)
    assert isinstance(sent, SendTo)
    return dict(parse_qsl(urlsplit(sent.url).query)) | {"endpoint": sent.url.partition("?")[0]}


def challenge(verifier: str) -> str:
    return urlsafe_b64encode(sha256(verifier.encode()).digest()).decode().rstrip("=")


def test_nonce_and_challenge_need_the_client_secret(bank: DocumentServer) -> None:
    mine, strangers = sign_in(oidc(bank)), sign_in(oidc(bank, "guessed"))

    assert mine["state"] == strangers["state"]
    assert mine["nonce"] != strangers["nonce"]
    assert mine["code_challenge"] != strangers["code_challenge"]


def test_nonce_and_challenge_are_of_one_session_and_the_same_in_each_environment(bank: DocumentServer) -> None:
    first, again = sign_in(oidc(bank)), sign_in(oidc(bank))
    other = sign_in(oidc(bank), replace(VISIT, callback_state="b.1.state"))

    assert (first["nonce"], first["code_challenge"]) == (again["nonce"], again["code_challenge"])
    assert first["nonce"] != other["nonce"]
    assert first["code_challenge"] != other["code_challenge"]


def test_the_nonce_which_a_browser_shows_is_not_the_pkce_verifier(bank: DocumentServer) -> None:
    request = sign_in(oidc(bank))

    assert request["code_challenge"] != challenge(request["nonce"])
    assert request["code_challenge"] != challenge(request["state"])


@pytest.mark.parametrize("issuer_named", ["https://another.example", "{url}/", ""])
def test_metadata_that_name_another_issuer_are_not_used(bank: DocumentServer, issuer_named: str) -> None:
    bank.documents[DISCOVERY]["issuer"] = issuer_named.format(url=bank.url)

    with pytest.raises(AuthenticatorUnavailableError):
        sign_in(oidc(bank))


def test_metadata_that_a_redirect_leads_to_are_not_read(bank: DocumentServer) -> None:
    bank.documents["/elsewhere"] = bank.documents[DISCOVERY]
    bank.documents[DISCOVERY] = f"{bank.url}/elsewhere"

    with pytest.raises(AuthenticatorUnavailableError):
        sign_in(oidc(bank))
    assert bank.count("/elsewhere") == 0


def test_customers_are_not_sent_to_an_endpoint_without_https(bank: DocumentServer) -> None:
    bank.documents[DISCOVERY]["authorization_endpoint"] = "http://bank.example/authorize"

    with pytest.raises(AuthenticatorUnavailableError):
        sign_in(oidc(bank))


def test_metadata_are_used_for_an_hour_and_then_read_again(bank: DocumentServer) -> None:
    clock = Clock()
    relying_party = oidc(bank, clock=clock)
    sign_in(relying_party)
    bank.documents[DISCOVERY]["authorization_endpoint"] = f"{bank.url}/moved"

    clock.now += 3600
    assert sign_in(relying_party)["endpoint"] == f"{bank.url}/authorize"
    assert bank.count(DISCOVERY) == 1
    clock.now += 1
    assert sign_in(relying_party)["endpoint"] == f"{bank.url}/moved"


KEY = RSAKey.generate_key(2048, {"kid": "bank-1"})
NOW = 1_800_000_000
SKEW_SECONDS = 60
MAX_AGE_SECONDS = 300


def check(**claims: Any) -> None:  # noqa: ANN401 - any claim
    """Check an id token with these claims; times are in seconds from now."""
    times = {"exp": 600, "iat": 0, "auth_time": 0} | claims
    token = jwt.encode(
        {"alg": "RS256", "kid": "bank-1"},
        {"iss": "https://bank.example", "aud": "client", "sub": "anna", "nonce": "n"}
        | {name: NOW + seconds for name, seconds in times.items()},
        KEY,
    )
    IdTokenCheck(issuer="https://bank.example", client_id="client", nonce="n", max_age=MAX_AGE_SECONDS, now=NOW)(
        {"id_token": token}, lambda _: KeySet([KEY])
    )


@pytest.mark.parametrize(
    "claims",
    [
        {"exp": 1 - SKEW_SECONDS},
        {"nbf": SKEW_SECONDS},
        {"iat": SKEW_SECONDS},
        {"auth_time": -MAX_AGE_SECONDS - SKEW_SECONDS},
    ],
    ids=str,
)
def test_clocks_may_differ_by_a_minute(claims: dict[str, int]) -> None:
    check(**claims)


@pytest.mark.parametrize(
    "claims",
    [
        {"exp": -2 - SKEW_SECONDS},
        {"nbf": 2 + SKEW_SECONDS},
        {"iat": 2 + SKEW_SECONDS},
        {"auth_time": -MAX_AGE_SECONDS - SKEW_SECONDS - 1},
    ],
    ids=str,
)
def test_clocks_may_not_differ_by_more_than_a_minute(claims: dict[str, int]) -> None:
    with pytest.raises(InvalidIdTokenError):
        check(**claims)
