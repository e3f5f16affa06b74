"""A server on a real socket: the test sets what each path answers, and reads each request afterwards."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any


@dataclass
class DocumentServer:
    url: str = ""
    documents: dict[str, Any] = field(default_factory=dict)
    """The JSON of each path; a text is the target of a redirect instead."""
    statuses: dict[str, list[tuple[int, dict[str, str]]]] = field(default_factory=dict)
    """The statuses of each path's next answers, with headers; they have no body."""
    requests: list[tuple[str, str, dict[str, str], str]] = field(default_factory=list)
    """Method, path, headers with names in lower case, and body."""

    def count(self, path: str) -> int:
        return sum(requested == path for _, requested, _, _ in self.requests)


@contextmanager
def document_server() -> Iterator[DocumentServer]:
    running = DocumentServer()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            length = int(self.headers.get("Content-Length", 0))
            sent = {name.lower(): value for name, value in self.headers.items()}
            running.requests.append((self.command, self.path, sent, self.rfile.read(length).decode()))
            if next_answers := running.statuses.get(self.path):
                status, more = next_answers.pop(0)
                self._answer(status, more | {"Content-Length": "0"}, b"")
                return
            document = running.documents.get(self.path)
            body = b"" if document is None or isinstance(document, str) else json.dumps(document).encode()
            headers = {"Content-Type": "application/json", "Content-Length": str(len(body))}
            if isinstance(document, str):
                self._answer(302, headers | {"Location": document}, body)
            else:
                self._answer(404 if document is None else 200, headers, body)

        def _answer(self, status: int, headers: dict[str, str], body: bytes) -> None:
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def do_POST(self) -> None:
            self.do_GET()

        def do_PATCH(self) -> None:
            self.do_GET()

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        running.url = f"http://127.0.0.1:{server.server_port}"
        thread = Thread(target=server.serve_forever, args=(0.01,), daemon=True)
        thread.start()
        try:
            yield running
        finally:
            server.shutdown()
            thread.join()
