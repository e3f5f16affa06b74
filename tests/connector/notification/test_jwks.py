"""Sage ID's public keys: what is published, by whom, and what of it we can use; over real sockets."""

import json
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread
from typing import Any

import pytest
from joserfc.jwk import ECKey, RSAKey

from connector.notification.verifier import Jwks, KeysUnavailableError, NotAuthenticatedError
from tests.fakes.clock import Clock

GOOD = RSAKey.generate_key(2048, {"kid": "good"}).as_dict(private=False)


class Published:
    """What the server answers, and how often it was asked."""

    def __init__(self) -> None:
        self.body = b""
        self.status = 200
        self.prompt = 0
        self.hang = Event()
        self.hang.set()

    def keys(self, *keys: Any) -> None:  # noqa: ANN401 - any JSON
        self.body = json.dumps({"keys": keys}).encode()


@contextmanager
def serving(published: Published) -> Iterator[str]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            published.prompt += 1
            published.hang.wait(20)
            with suppress(ConnectionError):  # the client did not wait
                self.send_response(published.status)
                self.send_header("Content-Length", str(len(published.body)))
                self.end_headers()
                self.wfile.write(published.body)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}/"
    finally:
        published.hang.set()
        server.shutdown()
        server.server_close()


@pytest.fixture
def published() -> Published:
    found = Published()
    found.keys(GOOD)
    return found


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def jwks(published: Published, clock: Clock) -> Iterator[Jwks]:
    with serving(published) as url:
        yield Jwks(url, clock)


@pytest.mark.parametrize(
    "neighbour",
    [
        ECKey.generate_key("P-256", {"kid": "ec"}).as_dict(private=False),
        {"kty": "EC", "crv": "P-999", "kid": "curve", "x": "AA", "y": "AA"},
        {"kty": "RSA", "kid": "half", "e": "AQAB"},
        {"kty": "RSA", "kid": 7, "n": "AA", "e": "AQAB"},
        {"kty": "unheard-of", "kid": "new"},
        "not a key",
        None,
    ],
    ids=["elliptic curve", "unknown curve", "half a key", "id no string", "unknown type", "no object", "null"],
)
def test_a_key_that_we_cannot_use_is_no_reason_to_be_without_the_others(
    jwks: Jwks, published: Published, neighbour: object
) -> None:
    published.keys(neighbour, GOOD)

    assert jwks.key("good").kid == "good"


def test_a_key_that_is_too_short_is_none(jwks: Jwks, published: Published) -> None:
    with pytest.warns(match="2048"):
        short = RSAKey.generate_key(1024, {"kid": "short"}).as_dict(private=False)
    published.keys(short, GOOD)

    with pytest.raises(NotAuthenticatedError), pytest.warns(match="2048"):
        jwks.key("short")


@pytest.mark.parametrize("body", [b"", b"[]", b"null", b"<html>", b'{"keys":null}', b'{"keys":[]}', b"[" * 100_000])
def test_good_keys_outlive_an_answer_that_has_none(jwks: Jwks, published: Published, clock: Clock, body: bytes) -> None:
    jwks.key("good")
    published.body = body
    clock.now += Jwks.FRESH_SECONDS

    assert jwks.key("good").kid == "good"


@pytest.mark.parametrize("status", [301, 404, 500])
def test_without_any_key_nobody_knows(jwks: Jwks, published: Published, status: int) -> None:
    published.status = status

    with pytest.raises(KeysUnavailableError):
        jwks.key("good")


def test_while_sage_id_hangs_a_known_key_costs_one_request_in_ten_seconds(
    jwks: Jwks, published: Published, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    jwks.key("good")
    monkeypatch.setattr(Jwks, "TIMEOUT_SECONDS", 0.05)
    published.hang.clear()
    clock.now += Jwks.FRESH_SECONDS

    for _ in range(5):
        assert jwks.key("good").kid == "good"
        clock.now += 1

    assert published.prompt == 2


def test_a_new_key_is_there_as_soon_as_sage_id_has_it(jwks: Jwks, published: Published, clock: Clock) -> None:
    jwks.key("good")
    published.keys(GOOD | {"kid": "next"}, GOOD)
    clock.now += Jwks.REFETCH_SECONDS

    assert jwks.key("next").kid == "next"
