"""HTTP to the provider's own systems, at a server on a real socket that a test makes misbehave."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
import requests

from connector.runtime.bounded_http import LARGEST, BoundExceededError, bound, is_safe


class Server:
    """Answers with whatever `behave` does."""

    def __init__(self) -> None:
        self.behave: Callable[[BaseHTTPRequestHandler], None] = lambda _: None
        self.paths: list[str] = []
        self.url = ""


@pytest.fixture
def server() -> Iterator[Server]:
    scripted = Server()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            scripted.paths.append(self.path)
            with suppress(ConnectionError):  # the client has gone, which is what these tests want of it
                scripted.behave(self)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as running:
        running.daemon_threads = True
        running.block_on_close = False
        thread = threading.Thread(target=running.serve_forever, args=(0.01,))
        thread.start()
        scripted.url = f"http://127.0.0.1:{running.server_port}"
        yield scripted
        running.shutdown()
        thread.join()


def answer(handler: BaseHTTPRequestHandler, body: bytes, length: int | None = None, status: int = 200) -> None:
    handler.send_response(status)
    handler.send_header("Content-Length", str(len(body) if length is None else length))
    handler.send_header("Location", "/elsewhere")
    handler.end_headers()
    handler.wfile.write(body)


DRIPS = 1000


def drip(handler: BaseHTTPRequestHandler, dripped: list[int], *, headers: bool) -> None:
    """Send a byte now and then, so that no single read takes long."""
    if not headers:
        answer(handler, b"", length=DRIPS)
    for number in range(DRIPS):
        dripped.append(number)
        handler.wfile.write(b"H" if headers else b"x")
        handler.wfile.flush()
        time.sleep(0.05)


def test_an_answer_is_read_whole(server: Server) -> None:
    server.behave = lambda handler: answer(handler, b'{"a": 1}')

    assert bound(requests.Session(), 5).get(server.url).json() == {"a": 1}


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_not_followed(server: Server, status: int) -> None:
    server.behave = lambda handler: answer(handler, b"", status=status)

    with pytest.raises(requests.TooManyRedirects):
        bound(requests.Session(), 5).get(server.url)
    assert server.paths == ["/"]


def test_an_answer_that_is_too_large_is_not_read_to_its_end(server: Server) -> None:
    server.behave = lambda handler: answer(handler, b"x" * (LARGEST + 1))

    with pytest.raises(BoundExceededError, match="too large"):
        bound(requests.Session(), 5).get(server.url)


@pytest.mark.parametrize("headers", [True, False], ids=["headers", "body"])
def test_a_server_that_drips_gains_nothing(server: Server, *, headers: bool) -> None:
    dripped: list[int] = []
    server.behave = lambda handler: drip(handler, dripped, headers=headers)

    with pytest.raises(requests.ReadTimeout):
        bound(requests.Session(), 0.3).get(server.url)
    assert 0 < len(dripped) < DRIPS / 2


def test_an_answer_that_is_cut_off_is_an_error(server: Server) -> None:
    server.behave = lambda handler: answer(handler, b"x", length=10)

    with pytest.raises(requests.RequestException):
        bound(requests.Session(), 5).get(server.url)


def test_several_requests_may_share_one_bound(server: Server) -> None:
    server.behave = lambda handler: answer(handler, b"")
    session = bound(requests.Session(), 0.0001, altogether=True)

    with pytest.raises(requests.RequestException):
        session.get(server.url)


@pytest.mark.parametrize("url", ["http://bank.example/", "http://127.0.0.1.bank.example/", "http://10.0.0.1/"])
def test_nothing_is_sent_in_clear_to_another_machine(url: str) -> None:
    assert not is_safe(url)
    with pytest.raises(BoundExceededError, match="https"):
        bound(requests.Session(), 5).get(url)


@pytest.mark.parametrize(
    "url", ["https://bank.example", "http://127.0.0.1:8000/x", "http://localhost", "http://[::1]/"]
)
def test_https_and_this_machine_are_safe(url: str) -> None:
    assert is_safe(url)


@pytest.mark.parametrize("url", ["", "bank.example", "ftp://bank.example", "https://", "file:///etc/passwd"])
def test_what_is_no_web_address_is_not(url: str) -> None:
    assert not is_safe(url)
