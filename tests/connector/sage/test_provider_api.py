"""The Provider API's client on real sockets: what an answer, or none, says of whether Sage was told."""

import socket
import time

import pytest
import requests

from connector.aws.credentials import Credentials
from connector.runtime.bounded_http import bound
from connector.runtime.deadline import call_with_deadline
from connector.sage.provider_api import ApiResponse, ProviderApi
from connector.sage.tokens import Token
from tests.fakes.dripping import dripping

HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 400\r\n\r\n"
SLOW = HEAD + b" " * 400
PATIENCE = 0.5
FAR_LESS_THAN_THE_DRIP_TAKES = 10


class Vault:
    """Credentials that are always the same."""

    def __init__(self, api_key: str = "key") -> None:
        self._credentials = Credentials(
            client_id="id", client_secret="secret", api_key=api_key, notification_header_value="value"
        )

    def get(self) -> Credentials:
        return self._credentials

    reload = get


class OneToken:
    """A token that is always the same."""

    def get(self, *, instead_of: Token | None = None) -> Token:
        assert instead_of is None
        return Token("token", 2_000_000_000)

    def accepted(self, token: Token) -> None:
        assert token.value == "token"


def told(url: str, api_key: str = "key") -> ApiResponse:
    api = ProviderApi(url, Vault(api_key), OneToken())  # type: ignore[arg-type]  # as much of both as is asked for
    return api.patch_authorisation("a7d66d27-e9ab-40b4-850a-447a541ca263", "success", timeout=PATIENCE)


def test_headers_that_drip_are_not_waited_for_and_leave_a_doubt() -> None:
    began = time.monotonic()
    with dripping(SLOW) as url:
        assert told(url) == ApiResponse(None, sent=True)
    assert time.monotonic() - began < FAR_LESS_THAN_THE_DRIP_TAKES


def test_a_body_that_drips_says_nothing_but_its_status_stands() -> None:
    began = time.monotonic()
    with dripping(SLOW, at_once=len(HEAD)) as url:
        answer = told(url)
    assert (answer.status, answer.body) == (200, b"")
    assert time.monotonic() - began < FAR_LESS_THAN_THE_DRIP_TAKES


def test_a_connection_that_ends_without_an_answer_leaves_a_doubt() -> None:
    with dripping(b"") as url:
        assert told(url) == ApiResponse(None, sent=True)


def test_where_nobody_listens_nothing_was_told() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    assert told(f"http://127.0.0.1:{port}") == ApiResponse(None, sent=False)


def test_a_request_that_cannot_be_written_was_not_sent() -> None:
    with dripping(SLOW) as url:
        assert told(url, api_key="key\n") == ApiResponse(None, sent=False)


def test_where_no_encrypted_connection_comes_about_nothing_was_told() -> None:
    with dripping(b"not TLS at all\r\n", at_once=16) as url:
        assert told(url.replace("http://", "https://")) == ApiResponse(None, sent=False)


@pytest.mark.parametrize("at_once", [0, len(HEAD)], ids=["headers", "body"])
def test_a_provider_s_system_that_drips_is_not_waited_for_either(at_once: int) -> None:
    began = time.monotonic()
    with dripping(SLOW, at_once) as url, pytest.raises(requests.Timeout), requests.Session() as session:
        bound(session, PATIENCE).get(url)
    assert time.monotonic() - began < FAR_LESS_THAN_THE_DRIP_TAKES


def test_an_exchange_in_time_returns_or_raises_what_it_does() -> None:
    assert call_with_deadline(5, lambda: "answer") == "answer"
    with pytest.raises(ZeroDivisionError):
        call_with_deadline(5, lambda: 1 / 0)
