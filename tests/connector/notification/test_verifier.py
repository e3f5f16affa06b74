"""Trust in a notification: how wrong a clock may be, whose keys count, and for how long."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, cast

import pytest
from joserfc import jwt
from joserfc.jwk import RSAKey

from connector.notification.shared_header import SharedHeader
from connector.notification.verifier import NotAuthenticatedError, NotificationVerifier
from connector.web.jwks import Jwks, KeysUnavailableError
from tests.fakes.clock import Clock
from tests.fakes.document_server import DocumentServer, document_server

if TYPE_CHECKING:
    from connector.aws.vault import Vault

ISSUER, AUDIENCE = "https://id.sage.example/", "https://connector.example/"
KEY = RSAKey.generate_key(2048, {"kid": "sage-1"})
STRANGERS_KEY = RSAKey.generate_key(2048, {"kid": "stranger-1"})
SKEW_SECONDS = 60


class FixedVault:
    """The notification secret."""

    def get(self) -> SharedHeader:
        return SharedHeader(notification_header_value="header")

    reload = get


class SageId:
    """Sage ID, its key set, and the verifier that trusts it."""

    def __init__(self, server: DocumentServer, client: str = "") -> None:
        self.server = server
        self.clock = Clock()
        self.publish(KEY)
        self.verifier = NotificationVerifier(
            header_name="x-api-key",
            issuer=ISSUER,
            audience=AUDIENCE,
            client=client,
            shared_header=cast("Vault[SharedHeader]", FixedVault()),
            jwks=Jwks(self.clock),
            jwks_url=f"{server.url}/jwks.json",
            clock=self.clock,
        )

    def publish(self, *keys: RSAKey, path: str = "/jwks.json") -> None:
        self.server.documents[path] = {"keys": [key.as_dict(private=False) for key in keys]}

    def notify(
        self, claims: dict[str, float] | None = None, key: RSAKey = KEY, client: dict[str, str] | None = None
    ) -> None:
        """Send a notification with a token of these claims; times are in seconds from now."""
        times = {name: int(self.clock()) + seconds for name, seconds in ({"exp": 600.0} | (claims or {})).items()}
        claimed = {"iss": ISSUER, "aud": AUDIENCE, **times, **(client or {})}
        token = jwt.encode({"alg": "RS256", "kid": key.kid or ""}, claimed, key, algorithms=["RS256"])
        self.verifier.check({"x-api-key": "header", "authorization": f"Bearer {token}"})


@pytest.fixture
def sage_id() -> Iterator[SageId]:
    with document_server() as server:
        yield SageId(server)


@pytest.mark.parametrize("claim", ["azp", "sub"])
def test_a_token_of_another_client_is_refused_where_the_deployer_named_the_client(claim: str) -> None:
    with document_server() as server:
        sage_id = SageId(server, client="banking-service")
        sage_id.notify(client={claim: "banking-service"})
        others: list[dict[str, str]] = [{}, {claim: "another"}, {claim: ""}]
        for other in others:
            with pytest.raises(NotAuthenticatedError, match="another client"):
                sage_id.notify(client=other)


@pytest.mark.parametrize("claims", [{"exp": 1.0 - SKEW_SECONDS}, {"nbf": float(SKEW_SECONDS)}], ids=str)
def test_clocks_may_differ_by_a_minute(sage_id: SageId, claims: dict[str, float]) -> None:
    sage_id.notify(claims)


@pytest.mark.parametrize("claims", [{"exp": -2.0 - SKEW_SECONDS}, {"nbf": 2.0 + SKEW_SECONDS}], ids=str)
def test_clocks_may_not_differ_by_more_than_a_minute(sage_id: SageId, claims: dict[str, float]) -> None:
    with pytest.raises(NotAuthenticatedError):
        sage_id.notify(claims)


def test_a_key_that_sage_id_withdrew_is_trusted_for_an_hour_at_most(sage_id: SageId) -> None:
    sage_id.notify()
    sage_id.publish(RSAKey.generate_key(2048, {"kid": "sage-2"}))

    sage_id.clock.now += Jwks.FRESH_SECONDS
    with pytest.raises(NotAuthenticatedError):
        sage_id.notify()
    assert Jwks.FRESH_SECONDS == 3600


def test_keys_that_a_redirect_leads_to_are_not_read(sage_id: SageId) -> None:
    sage_id.publish(STRANGERS_KEY, path="/strangers.json")
    sage_id.server.documents["/jwks.json"] = f"{sage_id.server.url}/strangers.json"

    with pytest.raises(KeysUnavailableError):
        sage_id.notify(key=STRANGERS_KEY)
    assert sage_id.server.count("/strangers.json") == 0
