"""A server that passes everything on to another and remembers both halves, as they were on the wire."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import requests

DROPPED = {"connection", "transfer-encoding", "content-encoding", "server", "date", "content-length"}


@dataclass(frozen=True)
class Exchange:
    """A request and its answer."""

    method: str
    path: str
    headers: dict[str, str]
    sent: bytes
    status: int
    answered: bytes


@contextmanager
def recorder(target: str) -> Iterator[tuple[str, list[Exchange]]]:
    """Serve until the context ends; give the URL, and what was exchanged."""
    seen: list[Exchange] = []

    class Handler(BaseHTTPRequestHandler):
        def pass_on(self) -> None:
            sent = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            headers = {name: value for name, value in self.headers.items() if name.lower() != "host"}
            answer = requests.request(self.command, target + self.path, headers=headers, data=sent, timeout=10)
            seen.append(Exchange(self.command, self.path, headers, sent, answer.status_code, answer.content))
            self.send_response(answer.status_code)
            for name, value in answer.headers.items():
                if name.lower() not in DROPPED:
                    self.send_header(name, value)
            self.send_header("Content-Length", str(len(answer.content)))
            self.end_headers()
            self.wfile.write(answer.content)

        do_GET = do_POST = do_DELETE = pass_on  # noqa: N815 - names that http.server looks for

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}", seen
        server.shutdown()
        thread.join()
