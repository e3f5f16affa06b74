"""CloudFormation's side of a custom resource: the URL that receives the answer."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer

from local.machine.ports import LOOPBACK


@contextmanager
def answered_requests() -> Iterator[tuple[str, list[str]]]:
    """Serve a ResponseURL until the context ends. The value is the URL, and the bodies that were sent to it."""
    bodies: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_PUT(self) -> None:
            bodies.append(self.rfile.read(int(self.headers["Content-Length"])).decode())
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    with HTTPServer((LOOPBACK, 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://{LOOPBACK}:{server.server_port}/answer", bodies
        finally:
            server.shutdown()
            thread.join()
