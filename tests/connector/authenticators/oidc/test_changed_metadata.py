"""The metadata that the provider publishes are followed, and read again when the provider refuses what they said."""

import time
from collections.abc import Iterator

import pytest

from connector.authenticators.port import AuthenticatorUnavailableError, Denied
from tests.fakes.clock import Clock
from tests.fakes.openid_provider import CLIENT_ID, CLIENT_SECRET, OpenIdProvider, openid_provider
from tests.fakes.relying_party import ACCOUNT, Journey, oidc, proves

DISCOVERY = "openid-configuration"
SENDS_ISS = {"authorization_response_iss_parameter_supported": True}


@pytest.fixture
def provider() -> Iterator[OpenIdProvider]:
    with openid_provider() as running:
        running.claims = {"accounts": [ACCOUNT]}
        yield running


@pytest.fixture
def clock() -> Clock:
    return Clock(time.time())


@pytest.fixture
def journey(provider: OpenIdProvider, clock: Clock) -> Journey:
    return Journey(oidc(provider.issuer, CLIENT_ID, CLIENT_SECRET, clock))


@pytest.mark.parametrize("answer", ["code", "error"])
def test_a_callback_without_iss_is_refused_where_the_provider_sends_one(
    provider: OpenIdProvider, journey: Journey, answer: str
) -> None:
    provider.metadata = SENDS_ISS
    query = provider.sign_in(journey.begin())
    del query["iss"]

    result = journey.come_back(query if answer == "code" else {"error": "access_denied", "state": query["state"]})

    assert result == Denied(final=False)
    assert provider.seen["token"] == 0


def test_a_callback_without_iss_is_accepted_where_the_provider_sends_none(
    provider: OpenIdProvider, journey: Journey
) -> None:
    query = provider.sign_in(journey.begin())
    del query["iss"]

    assert proves(journey.come_back(query))


def test_a_provider_that_does_not_send_iss_any_more_is_noticed(
    provider: OpenIdProvider, journey: Journey, clock: Clock
) -> None:
    provider.metadata = SENDS_ISS
    query = provider.sign_in(journey.begin())
    provider.metadata = {}
    del query["iss"]
    clock.now += 11

    assert proves(journey.come_back(query))


@pytest.mark.parametrize("change", ["authentication method", "endpoints", "endpoints and keys"])
def test_a_change_at_the_provider_is_noticed_by_the_customer_whom_it_would_stop(
    provider: OpenIdProvider, journey: Journey, clock: Clock, change: str
) -> None:
    query = provider.sign_in(journey.begin())
    match change:
        case "authentication method":
            provider.auth_method = "client_secret_post"
        case "endpoints":
            provider.path = "/v2"
        case _:
            provider.path = "/v2"
            provider.rotate("key-2")
    clock.now += 11

    assert proves(journey.come_back(query))
    assert provider.seen[DISCOVERY] == 2


def test_keys_at_another_address_are_found_for_an_unknown_key_id(
    provider: OpenIdProvider, journey: Journey, clock: Clock
) -> None:
    assert proves(journey.come_back(provider.sign_in(journey.begin())))
    provider.metadata = {"jwks_uri": f"{provider.issuer}/v2/jwks", "token_endpoint": f"{provider.issuer}/v2/token"}
    provider.path = "/v2"
    provider.rotate("key-2")
    clock.now += 11

    assert proves(journey.come_back(provider.sign_in(journey.begin())))


def test_the_metadata_of_a_provider_that_keeps_refusing_are_read_once_in_ten_seconds(
    provider: OpenIdProvider, journey: Journey, clock: Clock
) -> None:
    journey.begin()
    provider.auth_method = "private_key_jwt"
    provider.metadata = {"token_endpoint_auth_methods_supported": ["client_secret_basic"]}
    clock.now += 11

    for _ in range(5):
        with pytest.raises(AuthenticatorUnavailableError):
            journey.come_back(provider.sign_in(journey.begin()))

    assert provider.seen[DISCOVERY] == 2
    assert provider.seen["token"] == 5


def test_a_provider_that_takes_no_client_secret_is_named_as_the_reason(
    provider: OpenIdProvider, journey: Journey
) -> None:
    provider.metadata = {"token_endpoint_auth_methods_supported": ["private_key_jwt"]}

    with pytest.raises(AuthenticatorUnavailableError, match="client_secret_basic"):
        journey.come_back(provider.sign_in(journey.begin()))
