"""The handler of a function in a container: it starts with connections to the servers of the machine around it.

These servers listen on 127.0.0.1 of the machine, and the connector sends plain HTTP to loopback addresses only. So the
container listens on 127.0.0.1 too, and forwards to the machine. `in_docker` copies this file to the function's code.
"""

import contextlib
import os
import socket
import threading
from collections.abc import Iterator
from socketserver import BaseRequestHandler, ThreadingTCPServer

HOST = "host.docker.internal"
"""The name by which containers call the machine. Docker Desktop resolves it; elsewhere `--add-host` does."""
LOOPBACK = "127.0.0.1"
PORTS = "FORWARDED_PORTS"
"""The environment variable with the ports, separated by commas."""
_CHUNK = 65536


class _Forwarder(ThreadingTCPServer):
    daemon_threads = True
    block_on_close = False
    allow_reuse_address = True

    def __init__(self, address: str, port: int, target: str) -> None:
        super().__init__((address, port), _Connection)
        self.target = (target, port)


class _Connection(BaseRequestHandler):
    server: _Forwarder

    def handle(self) -> None:
        with socket.create_connection(self.server.target) as upstream:
            back = threading.Thread(target=_copy, args=(upstream, self.request), daemon=True)
            back.start()
            _copy(self.request, upstream)
            back.join()


def _copy(source: socket.socket, target: socket.socket) -> None:
    """Copy until the source ends, and then end the target."""
    with contextlib.suppress(OSError):
        while received := source.recv(_CHUNK):
            target.sendall(received)
    with contextlib.suppress(OSError):
        target.shutdown(socket.SHUT_WR)


@contextlib.contextmanager
def forwarded(address: str, ports: set[int], target: str) -> Iterator[None]:
    """Forward connections from these ports of `address` to the same ports of `target`, until the context ends."""
    with contextlib.ExitStack() as stack:
        for port in ports:
            server = stack.enter_context(_Forwarder(address, port, target))
            threading.Thread(target=server.serve_forever, daemon=True).start()
            stack.callback(server.shutdown)
        yield


if PORTS in os.environ:
    from app import handler  # type: ignore[import-not-found]  # noqa: F401 - the runtime calls the function beside this file

    _OPEN = forwarded(LOOPBACK, {int(port) for port in os.environ[PORTS].split(",")}, HOST)
    _OPEN.__enter__()
