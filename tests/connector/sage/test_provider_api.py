"""The client of the Provider API over real sockets: its one error, its second attempt, and what an answer tells."""

import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest

from connector.aws.errors import ServiceUnavailableError
from connector.runtime.settings import ConfigurationError
from connector.sage.api_response import ApiResponse, NotSentError
from connector.sage.credentials import ApiKey
from connector.sage.provider_api import ProviderApi
from connector.sage.tokens import Token, TokenUnavailableError
from tests.fakes.dripping import dripping

HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 400\r\n\r\n"
SLOW = HEAD + b" " * 400
TIMEOUT_SECONDS = 30
SHORT_SECONDS = 0.5
FAR_LESS_THAN_THE_DRIP_TAKES = 10
AUTHORISATION = "a7d66d27-e9ab-40b4-850a-447a541ca263"


class Vault:
    """The Provider API's secret; `reload` reads the API key that it was rotated to."""

    def __init__(self, api_key: str = "key", rotated: str | None = None, error: Exception | None = None) -> None:
        self._api_key = api_key
        self._rotated = rotated or api_key
        self._error = error

    def get(self) -> ApiKey:
        if self._error:
            raise self._error
        return ApiKey(api_key=self._api_key)

    def reload(self) -> ApiKey:
        self._api_key = self._rotated
        return self.get()


class TokenSequence:
    """Tokens of Sage ID: a new one in place of each that failed, or an error."""

    def __init__(self, error: Exception | None = None) -> None:
        self._error = error
        self._number = 1
        self.accepted_tokens: list[str] = []

    def get(self, *, instead_of: Token | None = None) -> Token:
        if self._error:
            raise self._error
        self._number += instead_of is not None
        return Token(f"token-{self._number}", 2_000_000_000)

    def accepted(self, token: Token) -> None:
        self.accepted_tokens.append(token.value)


def patch(
    url: str, vault: Vault | None = None, tokens: TokenSequence | None = None, *, seconds: float = TIMEOUT_SECONDS
) -> ApiResponse:
    api = ProviderApi(url, vault or Vault(), tokens or TokenSequence())  # type: ignore[arg-type]  # as much as is used
    return api.patch_authorisation(AUTHORISATION, "success", timeout=seconds)


class Answers:
    """A server that answers with each status in turn, and keeps the token and the API key of each request."""

    def __init__(self, *statuses: int) -> None:
        self.proofs: list[tuple[str, str]] = []
        self.url = ""
        self.statuses = list(statuses)


@contextmanager
def answering(*statuses: int) -> Iterator[Answers]:
    answers = Answers(*statuses)

    class Handler(BaseHTTPRequestHandler):
        def do_PATCH(self) -> None:
            answers.proofs.append((self.headers["Authorization"], self.headers["x-api-key"]))
            self.send_response(answers.statuses.pop(0))
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        try:
            answers.url = f"http://127.0.0.1:{server.server_port}"
            yield answers
        finally:
            server.shutdown()
            thread.join()


@pytest.mark.parametrize(
    ("vault", "tokens", "retry_after"),
    [
        (Vault(), TokenSequence(TokenUnavailableError("Sage ID answered 429", retry_after=45)), 45),
        (Vault(), TokenSequence(ConfigurationError("the credentials secret lacks client_id")), None),
        (Vault(error=ConfigurationError("the credentials secret lacks api_key")), TokenSequence(), None),
        (Vault(error=ServiceUnavailableError("Secrets Manager: ThrottlingException")), TokenSequence(), None),
    ],
    ids=["no token", "no credentials for a token", "no API key", "Secrets Manager does not answer"],
)
def test_without_a_token_or_credentials_nothing_is_sent_and_the_one_error_is_raised(
    vault: Vault, tokens: TokenSequence, retry_after: float | None
) -> None:
    with answering() as answers, pytest.raises(NotSentError) as error:
        patch(answers.url, vault, tokens)
    assert error.value.retry_after == retry_after
    assert answers.proofs == []


@pytest.mark.parametrize("status", [200, 301, 400, 404, 409, 429, 500, 503])
def test_every_other_status_is_an_answer_after_one_request(status: int) -> None:
    tokens = TokenSequence()
    with answering(status) as answers:
        assert patch(answers.url, tokens=tokens).status == status
    assert answers.proofs == [("Bearer token-1", "key")]
    assert tokens.accepted_tokens == ["token-1"]


@pytest.mark.parametrize("refusal", [401, 403])
def test_a_refused_token_or_api_key_is_replaced_once(refusal: int) -> None:
    tokens = TokenSequence()
    with answering(refusal, 200) as answers:
        assert patch(answers.url, Vault("old", rotated="new"), tokens).ok
    assert answers.proofs == [("Bearer token-1", "old"), ("Bearer token-2", "new")]
    assert tokens.accepted_tokens == ["token-2"]


def test_a_second_refusal_is_the_answer() -> None:
    tokens = TokenSequence()
    with answering(401, 401) as answers:
        assert patch(answers.url, tokens=tokens).status == 401
    assert len(answers.proofs) == 2
    assert tokens.accepted_tokens == []


def test_headers_that_arrive_too_slowly_may_mean_that_the_request_arrived() -> None:
    began = time.monotonic()
    with dripping(SLOW) as url:
        assert patch(url, seconds=SHORT_SECONDS) == ApiResponse(None, sent=True)
    assert time.monotonic() - began < FAR_LESS_THAN_THE_DRIP_TAKES


def test_a_body_that_arrives_too_slowly_is_empty_and_its_status_is_valid() -> None:
    began = time.monotonic()
    with dripping(SLOW, at_once=len(HEAD)) as url:
        answer = patch(url, seconds=SHORT_SECONDS)
    assert (answer.status, answer.body) == (200, b"")
    assert time.monotonic() - began < FAR_LESS_THAN_THE_DRIP_TAKES


def test_a_connection_that_ends_without_an_answer_may_mean_that_the_request_arrived() -> None:
    with dripping(b"") as url:
        assert patch(url) == ApiResponse(None, sent=True)


def test_a_refused_connection_means_that_nothing_was_sent() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    assert patch(f"http://127.0.0.1:{port}") == ApiResponse(None, sent=False)


def test_a_request_with_an_invalid_header_is_not_sent() -> None:
    with dripping(SLOW) as url:
        assert patch(url, Vault("key\n")) == ApiResponse(None, sent=False)


def test_a_failed_tls_handshake_means_that_nothing_was_sent() -> None:
    with dripping(b"not TLS at all\r\n", at_once=16) as url:
        assert patch(url.replace("http://", "https://")) == ApiResponse(None, sent=False)
