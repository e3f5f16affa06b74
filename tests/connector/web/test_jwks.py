"""The cache of an issuer's public keys, over real sockets."""

import json
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread
from typing import Any

import pytest
import requests
from joserfc.jwk import ECKey, RSAKey

from connector.runtime.bounded_http import bound, read_json
from connector.web.jwks import Jwks, KeysUnavailableError
from tests.fakes.clock import Clock

GOOD = RSAKey.generate_key(2048, {"kid": "good"}).as_dict(private=False)


class Published:
    """The answer of the server, and how many requests it had."""

    def __init__(self) -> None:
        self.body = b""
        self.status = 200
        self.requests = 0
        self.hang = Event()
        self.hang.set()

    def keys(self, *keys: Any) -> None:  # noqa: ANN401 - any JSON
        self.body = json.dumps({"keys": keys}).encode()


@contextmanager
def serving(published: Published) -> Iterator[str]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            published.requests += 1
            published.hang.wait(20)
            with suppress(ConnectionError):  # the client has stopped waiting
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


class Issuer:
    """A key set, read over HTTP through the cache."""

    def __init__(self, url: str, clock: Clock) -> None:
        self.cache = Jwks(clock)
        self.seconds = 3.0
        self._url = url

    def has(self, key_id: str | None) -> bool:
        keys = self.cache.keys(key_id, self._fetch)
        return key_id is None or any(key.kid == key_id for key in keys)

    def _fetch(self) -> object:
        return read_json(bound(requests.Session(), self.seconds).get(self._url))


@pytest.fixture
def published() -> Published:
    found = Published()
    found.keys(GOOD)
    return found


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def issuer(published: Published, clock: Clock) -> Iterator[Issuer]:
    with serving(published) as url:
        yield Issuer(url, clock)


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
def test_an_entry_that_cannot_be_used_does_not_hide_the_other_keys(
    issuer: Issuer, published: Published, neighbour: object
) -> None:
    published.keys(neighbour, GOOD)

    assert issuer.has("good")


def test_an_rsa_key_under_2048_bits_is_ignored(issuer: Issuer, published: Published) -> None:
    with pytest.warns(match="2048"):
        short = RSAKey.generate_key(1024, {"kid": "short"}).as_dict(private=False)
    published.keys(short, GOOD)

    with pytest.warns(match="2048"):
        assert not issuer.has("short")


@pytest.mark.parametrize("body", [b"", b"[]", b"null", b"<html>", b'{"keys":null}', b'{"keys":[]}', b"[" * 60_000])
def test_known_keys_stay_in_use_after_an_answer_without_keys(
    issuer: Issuer, published: Published, clock: Clock, body: bytes
) -> None:
    issuer.has("good")
    published.body = body
    clock.now += Jwks.FRESH_SECONDS

    assert issuer.has("good")


@pytest.mark.parametrize("body", [b'{"keys":[]}', b""], ids=["an empty key set", "no key set"])
def test_a_key_that_the_issuer_no_longer_vouches_for_is_trusted_for_eight_hours_at_most(
    issuer: Issuer, published: Published, clock: Clock, body: bytes
) -> None:
    issuer.has("good")
    published.body = body
    clock.now += Jwks.MAX_AGE_SECONDS - 1
    assert issuer.has("good")
    clock.now += 1

    for key_id in ("good", None):
        with pytest.raises(KeysUnavailableError):
            issuer.has(key_id)


def test_a_key_set_that_was_too_old_is_trusted_again_when_the_issuer_publishes_it(
    issuer: Issuer, published: Published, clock: Clock
) -> None:
    issuer.has("good")
    clock.now += Jwks.MAX_AGE_SECONDS

    assert issuer.has("good")
    assert published.requests == 2


@pytest.mark.parametrize("status", [301, 404, 500])
def test_without_an_answer_an_unknown_key_is_not_called_wrong(
    issuer: Issuer, published: Published, status: int
) -> None:
    published.status = status

    with pytest.raises(KeysUnavailableError):
        issuer.has("good")


def test_while_the_issuer_does_not_answer_a_known_key_costs_one_request_in_ten_seconds(
    issuer: Issuer, published: Published, clock: Clock
) -> None:
    issuer.has("good")
    issuer.seconds = 0.05
    published.hang.clear()
    clock.now += Jwks.FRESH_SECONDS

    for _ in range(5):
        assert issuer.has("good")
        clock.now += 1

    assert published.requests == 2


def test_unknown_keys_cost_five_requests_in_fifty_seconds(issuer: Issuer, published: Published, clock: Clock) -> None:
    issuer.has("good")

    for number in range(100):
        with suppress(KeysUnavailableError):
            assert not issuer.has(f"made up {number}")
        clock.now += 1

    assert published.requests == 10


def test_while_the_key_set_may_not_be_read_again_an_unknown_key_is_not_called_wrong(
    issuer: Issuer, published: Published, clock: Clock
) -> None:
    issuer.has("good")
    for number in range(Jwks.BURST - 1):
        assert not issuer.has(f"made up {number}")
    published.keys(GOOD | {"kid": "next"}, GOOD)
    clock.now += Jwks.BURST * issuer.cache.refetch_seconds - 1

    with pytest.raises(KeysUnavailableError):
        issuer.has("next")
    clock.now += 1
    assert issuer.has("next")


def test_a_failed_request_for_an_unknown_key_is_repeated_at_once_and_a_second_later(
    issuer: Issuer, published: Published, clock: Clock
) -> None:
    published.status = 500
    for _ in range(2):
        with pytest.raises(KeysUnavailableError):
            issuer.has("good")
    assert published.requests == 2
    published.status = 200
    clock.now += Jwks.RETRY_SECONDS

    assert issuer.has("good")


def test_a_new_key_is_found_as_soon_as_the_issuer_publishes_it(issuer: Issuer, published: Published) -> None:
    issuer.has("good")
    published.keys(GOOD | {"kid": "next"}, GOOD)

    assert issuer.has("next")


def test_a_token_that_names_no_key_reads_the_key_set_once(issuer: Issuer, published: Published) -> None:
    assert issuer.has(None)
    assert issuer.has(None)

    assert published.requests == 1


def test_where_tokens_come_from_the_issuer_itself_a_new_key_is_read_at_once(
    issuer: Issuer, published: Published, clock: Clock
) -> None:
    issuer.cache = Jwks(clock, refetch_seconds=0, attempts=1)
    issuer.has("good")
    published.keys(GOOD | {"kid": "next"})

    assert issuer.has("next")
    assert published.requests == 2
