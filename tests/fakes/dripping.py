"""A server that answers byte by byte, a byte now and then: no single read of it ever takes long."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event, Thread

SECONDS_BETWEEN = 0.05


@contextmanager
def dripping(answer: bytes, at_once: int = 0) -> Iterator[str]:
    """Serve `answer`, its first bytes at once and the others one by one; give the server's URL."""
    over = Event()

    def drip(connection: socket.socket) -> None:
        with connection:
            try:
                connection.recv(65536)
                connection.sendall(answer[:at_once])
                for byte in answer[at_once:]:
                    if over.wait(SECONDS_BETWEEN):
                        return
                    connection.sendall(bytes([byte]))
            except OSError:
                return

    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            while not over.is_set():
                try:
                    connection, _ = server.accept()
                except OSError:
                    return
                Thread(target=drip, args=[connection], daemon=True).start()

        Thread(target=serve, daemon=True).start()
        try:
            yield f"http://127.0.0.1:{server.getsockname()[1]}"
        finally:
            over.set()
            server.shutdown(socket.SHUT_RDWR)
