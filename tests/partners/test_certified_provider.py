"""The contract of `oidc` with a certified OpenID provider, in all that the two may agree on or disagree about."""

import time
from collections.abc import Iterator
from dataclasses import replace
from urllib.parse import parse_qsl, urlencode, urlsplit

import pytest

from connector.authenticators.port import AuthenticatorUnavailableError, Cancelled, Denied, Granted
from tests.fakes.clock import Clock
from tests.fakes.relying_party import Journey, oidc, proves
from tests.partners.certified_provider import CLIENT_ID, CLIENT_SECRET, CertifiedProvider, certified_provider

REFUSED = Denied(final=False)
SCOPES = "openid accounts"


@pytest.fixture(scope="module")
def running() -> Iterator[CertifiedProvider]:
    with certified_provider() as provider:
        yield provider


@pytest.fixture
def provider(running: CertifiedProvider) -> CertifiedProvider:
    running.replace()
    return running


@pytest.fixture
def clock() -> Clock:
    return Clock(time.time())


@pytest.fixture
def journey(provider: CertifiedProvider, clock: Clock) -> Journey:
    return Journey(oidc(provider.issuer, CLIENT_ID, CLIENT_SECRET, clock, OidcScopes=SCOPES))


def another(journey: Journey) -> Journey:
    """Begin another customer's journey in the same environment."""
    return Journey(journey.authenticator)


def changed(url: str, **parameters: str | None) -> str:
    query = dict(parse_qsl(urlsplit(url).query)) | parameters
    kept = {name: value for name, value in query.items() if value is not None}
    return f"{url.partition('?')[0]}?{urlencode(kept)}"


@pytest.mark.parametrize("method", ["client_secret_basic", "client_secret_post"])
@pytest.mark.parametrize("only", [True, False], ids=["the only one", "one of several"])
def test_the_client_authenticates_by_either_secret_method(
    provider: CertifiedProvider, journey: Journey, method: str, *, only: bool
) -> None:
    provider.replace(
        client={"token_endpoint_auth_method": method},
        configuration={"clientAuthMethods": [method] if only else [method, "private_key_jwt"]},
    )

    assert proves(journey.come_back(provider.sign_in(journey.begin())))


def test_a_provider_that_takes_only_private_key_jwt_is_named_as_the_reason(
    provider: CertifiedProvider, journey: Journey
) -> None:
    url = journey.begin()
    query = provider.sign_in(url)
    provider.replace(configuration={"clientAuthMethods": ["private_key_jwt"]}, client=_WITH_A_KEY)
    journey.authenticator = oidc(provider.issuer, CLIENT_ID, CLIENT_SECRET, time.time)

    with pytest.raises(AuthenticatorUnavailableError, match="neither client_secret_basic nor client_secret_post"):
        journey.come_back(query)


_WITH_A_KEY = {
    "token_endpoint_auth_method": "private_key_jwt",
    "jwks": {"keys": [{"kty": "EC", "crv": "P-256", "x": "MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4",
                       "y": "4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM"}]},
}  # fmt: skip
"""A public key (RFC 7517, appendix A.1)."""


@pytest.mark.parametrize("algorithm", ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512"])
def test_every_documented_algorithm_proves(provider: CertifiedProvider, journey: Journey, algorithm: str) -> None:
    provider.replace(algorithm=algorithm)

    assert proves(journey.come_back(provider.sign_in(journey.begin())))


def test_an_id_token_that_is_signed_with_the_client_secret_proves_nothing(
    provider: CertifiedProvider, journey: Journey
) -> None:
    provider.replace(algorithm="HS256")

    assert journey.come_back(provider.sign_in(journey.begin())) == REFUSED


@pytest.mark.parametrize("issuer", [None, "https://another.example"])
def test_a_callback_of_another_issuer_or_of_none_proves_nothing(
    provider: CertifiedProvider, journey: Journey, issuer: str | None
) -> None:
    query = provider.sign_in(journey.begin())
    assert query.pop("iss") == provider.issuer

    assert journey.come_back(query | ({"iss": issuer} if issuer else {})) == REFUSED


def test_keys_may_be_rotated_between_two_customers(provider: CertifiedProvider, journey: Journey) -> None:
    assert proves(journey.come_back(provider.sign_in(journey.begin())))
    provider.replace(key_id="key-2")

    following = another(journey)

    assert proves(following.come_back(provider.sign_in(following.begin())))


def test_the_clients_method_may_change_between_two_customers(
    provider: CertifiedProvider, journey: Journey, clock: Clock
) -> None:
    method = "client_secret_post"
    assert proves(journey.come_back(provider.sign_in(journey.begin())))
    provider.replace(client={"token_endpoint_auth_method": method}, configuration={"clientAuthMethods": [method]})
    clock.now += 11

    following = another(journey)

    assert proves(following.come_back(provider.sign_in(following.begin())))


@pytest.mark.parametrize("where", ["userinfo", "signed userinfo", "id token"])
def test_the_accounts_are_read_from_the_id_token_or_from_userinfo(
    provider: CertifiedProvider, journey: Journey, where: str
) -> None:
    provider.replace(
        client={"userinfo_signed_response_alg": "RS256"} if where == "signed userinfo" else {},
        configuration={"conformIdTokenClaims": False} if where == "id token" else {},
    )

    assert proves(journey.come_back(provider.sign_in(journey.begin())))


def test_without_the_scope_nobody_names_the_accounts(provider: CertifiedProvider, clock: Clock) -> None:
    journey = Journey(oidc(provider.issuer, CLIENT_ID, CLIENT_SECRET, clock))

    assert journey.come_back(provider.sign_in(journey.begin())) == Granted(frozenset())


def test_the_holder_of_another_account_is_not_the_one(provider: CertifiedProvider, journey: Journey) -> None:
    assert not proves(journey.come_back(provider.sign_in(journey.begin(), account="acc-2")))


def test_who_cancels_there_has_cancelled(provider: CertifiedProvider, journey: Journey) -> None:
    assert journey.come_back(provider.sign_in(journey.begin(), error="access_denied")) == Cancelled()


@pytest.mark.parametrize(
    ("error", "temporary"), [("temporarily_unavailable", True), ("server_error", True), ("login_required", False)]
)
def test_an_error_is_try_again(provider: CertifiedProvider, journey: Journey, error: str, *, temporary: bool) -> None:
    query = provider.sign_in(journey.begin(), error=error)

    if temporary:
        with pytest.raises(AuthenticatorUnavailableError):
            journey.come_back(query)
    else:
        assert journey.come_back(query) == REFUSED


def test_the_provider_is_sent_the_greatest_age_and_an_older_sign_in_proves_nothing(
    provider: CertifiedProvider, journey: Journey
) -> None:
    url = journey.begin()
    assert dict(parse_qsl(urlsplit(url).query))["max_age"] == "300"
    without = changed(url, max_age=None)
    an_hour_ago = str(int(time.time()) - 3600)

    assert journey.come_back(provider.sign_in(without, account="acc-1", signed_in_at=an_hour_ago)) == REFUSED


def test_a_recent_sign_in_proves(provider: CertifiedProvider, journey: Journey) -> None:
    a_minute_ago = str(int(time.time()) - 60)

    assert proves(journey.come_back(provider.sign_in(journey.begin(), account="acc-1", signed_in_at=a_minute_ago)))


def test_a_code_proves_once(provider: CertifiedProvider, journey: Journey) -> None:
    query = provider.sign_in(journey.begin())
    assert proves(journey.come_back(query))

    assert journey.come_back(query) == REFUSED


def test_a_code_proves_nothing_under_the_state_of_another_journey(
    provider: CertifiedProvider, journey: Journey
) -> None:
    other = another(journey)
    mine, theirs = provider.sign_in(journey.begin()), provider.sign_in(other.begin())

    assert other.come_back(theirs | {"code": mine["code"]}) == REFUSED


def test_an_id_token_with_the_nonce_of_another_journey_proves_nothing(
    provider: CertifiedProvider, journey: Journey
) -> None:
    other = another(journey)
    nonce = dict(parse_qsl(urlsplit(other.begin()).query))["nonce"]

    assert journey.come_back(provider.sign_in(changed(journey.begin(), nonce=nonce))) == REFUSED


def test_a_wrong_client_secret_is_try_again_and_costs_no_attempt(provider: CertifiedProvider, journey: Journey) -> None:
    wrong = Journey(oidc(provider.issuer, CLIENT_ID, "wrong", time.time), replace(journey.visit))

    with pytest.raises(AuthenticatorUnavailableError):
        wrong.come_back(provider.sign_in(wrong.begin()))
