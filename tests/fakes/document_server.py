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
            headers = {name.lower(): value for name, value in self.headers.items()}
            running.requests.append((self.command, self.path, headers, self.rfile.read(length).decode()))
            document = running.documents.get(self.path)
            body = b"" if document is None or isinstance(document, str) else json.dumps(document).encode()
            self.send_response(404 if document is None else 302 if isinstance(document, str) else 200)
            if isinstance(document, str):
                self.send_header("Location", document)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
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
