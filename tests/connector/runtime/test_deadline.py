"""A deadline for a whole exchange: what a server does cannot hold a thread or a connection beyond it."""

import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Event

import pytest
import requests
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from connector.runtime.bounded_http import bound
from connector.runtime.deadline import call_with_deadline
from connector.runtime.owned_connections import owned_session
from tests.fakes.dripping import dripping

ANSWER = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"


@contextmanager
def serving(
    serve: Callable[[socket.socket, Event], None], received: list[bytes] | None = None
) -> Iterator[tuple[str, list[float]]]:
    """Serve each connection with `serve`; give the URL, and the times at which a client closed its connection.

    `received` gets what arrives first on each connection.
    """
    closed: list[float] = []
    over = Event()

    def run(connection: socket.socket) -> None:
        with connection:
            try:
                first = connection.recv(65536)
                if received is not None:
                    received.append(first)
                serve(connection, over)
                while connection.recv(65536):
                    pass
            except OSError:
                pass
            closed.append(time.monotonic())

    with socket.create_server(("127.0.0.1", 0)) as server:

        def accept() -> None:
            while not over.is_set():
                try:
                    connection, _ = server.accept()
                except OSError:
                    return
                threading.Thread(target=run, args=[connection], daemon=True, name="server").start()

        threading.Thread(target=accept, daemon=True, name="server").start()
        try:
            yield f"http://127.0.0.1:{server.getsockname()[1]}", closed
        finally:
            over.set()
            server.shutdown(socket.SHUT_RDWR)


def silent(_: socket.socket, __: Event) -> None:
    """Send nothing, and wait until the client closes the connection."""


def late(connection: socket.socket, over: Event) -> None:
    """Answer well after the deadline."""
    over.wait(0.6)
    connection.sendall(ANSWER)


def clients() -> list[threading.Thread]:
    """Return the threads of exchanges that have not ended."""
    return [thread for thread in threading.enumerate() if thread.name.endswith("(run)")]


def eventually(holds: Callable[[], bool]) -> bool:
    until = time.monotonic() + 1
    while not holds() and time.monotonic() < until:
        time.sleep(0.01)
    return holds()


def test_a_call_that_ends_in_time_returns_its_result_or_raises_its_error() -> None:
    assert call_with_deadline(5, lambda: "answer") == "answer"
    with pytest.raises(ZeroDivisionError):
        call_with_deadline(5, lambda: 1 / 0)


def test_a_call_that_takes_too_long_is_a_timeout() -> None:
    over = Event()
    with pytest.raises(requests.ReadTimeout):
        call_with_deadline(0.05, lambda: over.wait(60))
    over.set()


@pytest.mark.parametrize(
    "at_once", [0, len(b"HTTP/1.1 200 OK\r\nContent-Length: 2000\r\n\r\n")], ids=["headers", "body"]
)
def test_no_thread_is_left_of_an_exchange_with_a_server_that_drips(at_once: int) -> None:
    answer = b"HTTP/1.1 200 OK\r\nContent-Length: 2000\r\n\r\n" + b"x" * 2000
    with dripping(answer, at_once) as url:
        with owned_session() as session, pytest.raises(requests.ReadTimeout):
            call_with_deadline(0.2, lambda: session.get(url, timeout=60))
        assert eventually(lambda: not clients())


def test_the_connection_of_an_exchange_that_was_given_up_is_closed_at_the_deadline() -> None:
    with serving(silent) as (url, closed):
        began = time.monotonic()
        with owned_session() as session, pytest.raises(requests.ReadTimeout):
            call_with_deadline(0.2, lambda: session.get(url, timeout=60))
        assert eventually(lambda: bool(closed))
        assert closed[0] - began < 0.5
        assert eventually(lambda: not clients())


def test_a_connection_that_was_given_up_is_never_used_again() -> None:
    """The answer of the first customer comes late; the second customer gets the answer of a new connection."""
    with serving(late) as (url, closed):
        session = bound(requests.Session(), 0.2)
        with pytest.raises(requests.ReadTimeout):
            session.get(url)
        assert eventually(lambda: not clients())
        assert pooled(session, url) == []
        with pytest.raises(requests.ReadTimeout):
            session.get(url)
        assert eventually(lambda: len(closed) == 2)


def test_a_connection_of_the_pool_is_owned_by_the_exchange_that_uses_it_again() -> None:
    """The server answers the first request on a connection, and never the second."""

    def answer_once(connection: socket.socket, _: Event) -> None:
        connection.sendall(ANSWER)

    with serving(answer_once) as (url, closed):
        session = bound(requests.Session(), 0.3)
        assert session.get(url).json() == {}
        assert len(pooled(session, url)) == 1
        with pytest.raises(requests.ReadTimeout):
            session.get(url)
        assert eventually(lambda: len(closed) == 1)
        assert eventually(lambda: not clients())
        assert pooled(session, url) == []


def test_a_tls_handshake_that_never_ends_is_given_up_too() -> None:
    with serving(silent) as (url, closed):
        with owned_session() as session, pytest.raises(requests.ReadTimeout):
            call_with_deadline(0.2, lambda: session.get(url.replace("http:", "https:"), timeout=60))
        assert eventually(lambda: len(closed) == 1)
        assert eventually(lambda: not clients())


def test_an_answer_that_never_comes_over_tls_is_given_up(tmp_path: Path) -> None:
    certificate = certify(tmp_path)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    closed = Event()

    def serve() -> None:
        connection, _ = server.accept()
        with context.wrap_socket(connection, server_side=True) as encrypted:
            while encrypted.recv(65536):
                pass
        closed.set()

    with socket.create_server(("127.0.0.1", 0)) as server:
        threading.Thread(target=serve, daemon=True, name="server").start()
        url = f"https://localhost:{server.getsockname()[1]}"
        with owned_session() as session, pytest.raises(requests.ReadTimeout):
            call_with_deadline(0.5, lambda: session.get(url, timeout=60, verify=certificate))
        assert closed.wait(1)
        assert eventually(lambda: not clients())


def test_an_exchange_that_was_given_up_before_it_connected_sends_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """A name is resolved after the deadline."""
    resolve, resolved = socket.getaddrinfo, Event()

    def slowly(*arguments: object, **options: object) -> object:
        assert resolved.wait(10)
        return resolve(*arguments, **options)  # type: ignore[arg-type]  # passed through

    received: list[bytes] = []
    with serving(silent, received) as (url, closed):
        monkeypatch.setattr(socket, "getaddrinfo", slowly)
        with owned_session() as session, pytest.raises(requests.ReadTimeout):
            call_with_deadline(0.1, lambda: session.get(url, timeout=60))
        resolved.set()
        assert eventually(lambda: len(closed) == 1)
        assert eventually(lambda: not clients())
        assert received == [b""]


def certify(folder: Path) -> str:
    """Write a certificate for localhost and its key; return the file's path."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem, pkcs8 = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8
    path = folder / "localhost.pem"
    path.write_bytes(certificate.public_bytes(pem) + key.private_bytes(pem, pkcs8, serialization.NoEncryption()))
    return str(path)


def pooled(session: requests.Session, url: str) -> list[object]:
    """Return the open connections that wait in the session's pool."""
    pools = session.get_adapter(url).poolmanager.pools  # type: ignore[attr-defined]  # HTTPAdapter's
    connections = [connection for key in pools.keys() for connection in list(pools[key].pool.queue)]  # noqa: SIM118 - it cannot be iterated
    return [connection for connection in connections if connection is not None and connection.sock is not None]
