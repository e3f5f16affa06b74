"""The traffic to Sage, on real sockets: its rate, its pauses, its secrets, and where they never go."""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, cast
from urllib.parse import parse_qs

import pytest

from connector.sage.credentials import ApiKey, ClientCredentials
from connector.sage.provider_api import ProviderApi
from connector.sage.sage_id import SageId
from connector.sage.tokens import Token, Tokens, TokenUnavailableError
from tests import sample
from tests.fakes.clock import Clock
from tests.fakes.document_server import DocumentServer, document_server

if TYPE_CHECKING:
    from connector.aws.vault import Vault
    from connector.sage.api_response import ApiResponse

PATCH = f"/authorisations/{sample.ID}"
REDIRECTS = [301, 302, 303, 307, 308]


class RotatingVault[Values]:
    """A secret that is rotated before it is read again."""

    def __init__(self, of_version: Callable[[int], Values]) -> None:
        self.version = 1
        self._of_version = of_version

    def get(self) -> Values:
        return self._of_version(self.version)

    def reload(self) -> Values:
        self.version += 1
        return self.get()


class TwoTokens:
    """The shared token, and its replacement."""

    def get(self, *, instead_of: Token | None = None) -> Token:
        return Token("token-2" if instead_of else "token-1", 2_000_000_000)

    def accepted(self, token: Token) -> None:
        """Take note."""


@pytest.fixture
def server() -> Iterator[DocumentServer]:
    with document_server() as running:
        yield running


class ProviderApiClient:
    """The client, with the number of requests that the server had had at each turn of the rate limiter."""

    def __init__(self, server: DocumentServer) -> None:
        vault = cast("Vault[ApiKey]", RotatingVault(lambda version: ApiKey(api_key=f"api_key-{version}")))
        self.turns = list[int]()
        self.api = ProviderApi(
            server.url, vault, cast("Tokens", TwoTokens()), turn=lambda: self.turns.append(len(server.requests))
        )


@pytest.fixture
def client(server: DocumentServer) -> ProviderApiClient:
    return ProviderApiClient(server)


@pytest.fixture
def sage_id(server: DocumentServer) -> SageId:
    vault = cast(
        "Vault[ClientCredentials]",
        RotatingVault(
            lambda version: ClientCredentials(
                client_id=f"client_id-{version}", client_secret=f"client_secret-{version}"
            )
        ),
    )
    return SageId(f"{server.url}/oauth/token", "https://provider.example/", vault, Clock())


@pytest.mark.parametrize("method", ["patch", "post", "get", "query"])
def test_each_request_waits_for_its_turn_also_the_repeated_one(
    server: DocumentServer, client: ProviderApiClient, method: str
) -> None:
    calls: dict[str, tuple[str, Callable[[], ApiResponse]]] = {
        "patch": (PATCH, lambda: client.api.patch_authorisation(sample.ID, "success", timeout=5)),
        "post": ("/statements", lambda: client.api.post_statement("account-1", "bank-1", timeout=5)),
        "get": ("/statements/s-1", lambda: client.api.get_statement("s-1", timeout=5)),
        "query": ("/accountqueries", lambda: client.api.query_account("bank-1", "external-1", timeout=5)),
    }
    path, call = calls[method]
    server.statuses[path] = [(401, {}), (200, {})]

    assert call().status == 200
    assert client.turns == [0, 1]
    proofs = [(sent["authorization"], sent["x-api-key"]) for _, _, sent, _ in server.requests]
    assert proofs == [("Bearer token-1", "api_key-1"), ("Bearer token-2", "api_key-2")]


@pytest.mark.parametrize(("header", "seconds"), [({"Retry-After": "7"}, 7), ({}, None)], ids=["seven", "none"])
@pytest.mark.parametrize("status", [429, 503])
def test_retry_after_is_read_from_the_answer(
    server: DocumentServer, client: ProviderApiClient, status: int, header: dict[str, str], seconds: float | None
) -> None:
    server.statuses[PATCH] = [(status, header)]

    answer = client.api.patch_authorisation(sample.ID, "success", timeout=5)

    assert (answer.status, answer.retry_after) == (status, seconds)


@pytest.mark.parametrize("status", REDIRECTS)
def test_a_redirect_gets_neither_the_token_nor_the_api_key(
    server: DocumentServer, client: ProviderApiClient, status: int
) -> None:
    server.statuses[PATCH] = [(status, {"Location": f"{server.url}/elsewhere"})]

    assert client.api.patch_authorisation(sample.ID, "success", timeout=5).status == status
    assert [path for _, path, _, _ in server.requests] == [PATCH]


@pytest.mark.parametrize("status", REDIRECTS)
def test_a_redirect_gets_no_client_secret(server: DocumentServer, sage_id: SageId, status: int) -> None:
    server.statuses["/oauth/token"] = [(status, {"Location": f"{server.url}/elsewhere"})]

    with pytest.raises(TokenUnavailableError):
        sage_id.fetch()
    assert [path for _, path, _, _ in server.requests] == ["/oauth/token"]


@pytest.mark.parametrize("status", [400, 401, 403])
def test_a_client_secret_that_is_refused_is_read_again_and_used_once_more(
    server: DocumentServer, sage_id: SageId, status: int
) -> None:
    server.statuses["/oauth/token"] = [(status, {})]
    server.documents["/oauth/token"] = {"access_token": "token-1", "expires_in": 28_800}

    assert sage_id.fetch().value == "token-1"
    sent = [parse_qs(body) for _, _, _, body in server.requests]
    assert [one["client_secret"] for one in sent] == [["client_secret-1"], ["client_secret-2"]]
    assert [one["grant_type"] for one in sent] == [["client_credentials"]] * 2


@pytest.mark.parametrize(
    ("status", "header", "seconds"),
    [(429, {}, 60.0), (429, {"Retry-After": "90"}, 90.0), (503, {"Retry-After": "5"}, 5.0), (503, {}, None)],
    ids=["429", "429 with Retry-After", "503 with Retry-After", "503"],
)
def test_sage_id_is_left_alone_for_as_long_as_it_says_and_a_minute_after_a_429_that_does_not_say(
    server: DocumentServer, sage_id: SageId, status: int, header: dict[str, str], seconds: float | None
) -> None:
    server.statuses["/oauth/token"] = [(status, header)]

    with pytest.raises(TokenUnavailableError) as unavailable:
        sage_id.fetch()

    assert unavailable.value.retry_after == seconds
    assert len(server.requests) == 1


@pytest.mark.parametrize(
    ("answer", "lifetime"), [({"expires_in": 28_800}, 28_800), ({}, 6 * 3600), ({"expires_in": None}, 6 * 3600)]
)
def test_a_token_without_expires_in_is_used_for_six_hours(
    server: DocumentServer, sage_id: SageId, answer: dict[str, int], lifetime: int
) -> None:
    server.documents["/oauth/token"] = {"access_token": "token-1"} | answer
    now = int(Clock().now)

    assert sage_id.fetch() == Token("token-1", now + lifetime, obtained_at=now)


@pytest.mark.parametrize("expires_in", [0, -1, "soon"])
def test_a_token_whose_lifetime_makes_no_sense_is_not_used(
    server: DocumentServer, sage_id: SageId, expires_in: object
) -> None:
    server.documents["/oauth/token"] = {"access_token": "token-1", "expires_in": expires_in}

    with pytest.raises(TokenUnavailableError):
        sage_id.fetch()
