"""The accounts' claim is read from userinfo where the id token does not have it, with the same care."""

import time
from collections.abc import Iterator

import pytest

from connector.authenticators.port import AuthenticatorUnavailableError, Denied, Granted
from tests.fakes.http_server import Reply
from tests.fakes.openid_provider import CLIENT_ID, CLIENT_SECRET, OpenIdProvider, openid_provider
from tests.fakes.relying_party import ACCOUNT, Journey, oidc, proves

ACCOUNTS = {"accounts": [ACCOUNT]}
JWT = {"Content-Type": "application/jwt"}


@pytest.fixture
def provider() -> Iterator[OpenIdProvider]:
    with openid_provider() as running:
        running.userinfo = ACCOUNTS
        yield running


@pytest.fixture
def journey(provider: OpenIdProvider) -> Journey:
    return Journey(oidc(provider.issuer, CLIENT_ID, CLIENT_SECRET, time.time))


def through(provider: OpenIdProvider, journey: Journey) -> object:
    return journey.come_back(provider.sign_in(journey.begin()))


def signed(provider: OpenIdProvider, **changes: object) -> Reply:
    claims = {"iss": provider.issuer, "aud": CLIENT_ID, "sub": "anna", **ACCOUNTS, **changes}
    return Reply(200, provider.signed(claims).encode(), JWT)


def test_userinfo_names_the_accounts_where_the_id_token_does_not(provider: OpenIdProvider, journey: Journey) -> None:
    assert proves(journey.come_back(provider.sign_in(journey.begin())))


def test_userinfo_is_not_read_where_the_id_token_names_accounts(provider: OpenIdProvider, journey: Journey) -> None:
    provider.claims = {"accounts": []}

    assert through(provider, journey) == Granted(frozenset())
    assert provider.seen["userinfo"] == 0


def test_a_provider_without_userinfo_grants_nothing(provider: OpenIdProvider, journey: Journey) -> None:
    provider.metadata = {"userinfo_endpoint": None}

    assert through(provider, journey) == Granted(frozenset())


def test_signed_userinfo_is_read(provider: OpenIdProvider, journey: Journey) -> None:
    provider.userinfo_reply = signed(provider)

    assert proves(journey.come_back(provider.sign_in(journey.begin())))


@pytest.mark.parametrize("subject", ["ben", None, 1])
def test_userinfo_of_another_subject_proves_nothing(
    provider: OpenIdProvider, journey: Journey, subject: object
) -> None:
    provider.userinfo = ACCOUNTS | {"sub": subject}

    assert through(provider, journey) == Denied(final=False)


@pytest.mark.parametrize(
    "change",
    [{"iss": "https://another.example"}, {"iss": None}, {"aud": "another"}, {"aud": ["another"]}, {"sub": "ben"}],
)
def test_signed_userinfo_of_another_issuer_client_or_subject_proves_nothing(
    provider: OpenIdProvider, journey: Journey, change: dict[str, object]
) -> None:
    provider.userinfo_reply = signed(provider, **change)

    assert through(provider, journey) == Denied(final=False)


def test_userinfo_with_another_signature_proves_nothing(provider: OpenIdProvider, journey: Journey) -> None:
    url, forger = journey.begin(), OpenIdProvider(provider.issuer)
    provider.userinfo_reply = signed(forger)

    assert journey.come_back(provider.sign_in(url)) == Denied(final=False)


@pytest.mark.parametrize(
    "reply",
    [
        Reply(200, b"accounts=acc-1", {"Content-Type": "text/plain"}),
        Reply(200, b"{", {"Content-Type": "application/json"}),
        Reply(200, ["sub", "anna"]),
        Reply(200, b"x.y.z", JWT),
    ],
    ids=lambda reply: str(reply.body)[:20],
)
def test_userinfo_that_cannot_be_read_proves_nothing(provider: OpenIdProvider, journey: Journey, reply: Reply) -> None:
    provider.userinfo_reply = reply

    assert through(provider, journey) == Denied(final=False)


@pytest.mark.parametrize("status", [302, 401, 403, 500])
def test_userinfo_that_is_refused_or_not_available_is_try_again(
    provider: OpenIdProvider, journey: Journey, status: int
) -> None:
    provider.userinfo_reply = Reply(status, {"sub": "anna", **ACCOUNTS})

    with pytest.raises(AuthenticatorUnavailableError):
        through(provider, journey)
