"""A provider's message service on a real socket, as the example of an authenticator of one's own wants it."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass
class Messages:
    """Its URL, and what it has sent: code and account, by id."""

    api_key: str
    url: str = ""
    sent: dict[str, tuple[str, str]] = field(default_factory=dict)
    by_key: dict[str, str] = field(default_factory=dict)
    senders: set[str] = field(default_factory=set)
    refused: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def send(self, account: str, key: str) -> dict[str, str]:
        """Send a code, once for each key."""
        with self._lock:
            code_id = self.by_key.setdefault(key, f"c-{len(self.by_key) + 1}")
            self.sent.setdefault(code_id, (f"{len(self.sent) + 1:06}", account))
        return {"id": code_id, "sentTo": "•••• 89"}

    def check(self, code_id: str, code: str) -> dict[str, str]:
        """Say whether a code is the one that was sent."""
        known, account = self.sent.get(code_id, ("", ""))
        if not known:
            return {"outcome": "expired"}
        return {"outcome": "right", "account": account} if code == known else {"outcome": "wrong"}


@contextmanager
def message_service(api_key: str) -> Iterator[Messages]:
    """Serve until the context ends."""
    messages = Messages(api_key)

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            sent = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            if self.headers["Authorization"] != f"Bearer {messages.api_key}":
                messages.refused += 1
                self._answer(401, {})
            elif self.path == "/codes":
                messages.senders.add(sent["sender"])
                self._answer(202, messages.send(sent["account"], self.headers["Idempotency-Key"]))
            else:
                self._answer(200, messages.check(self.path.removeprefix("/codes/"), sent["code"]))

        def _answer(self, status: int, body: dict[str, str]) -> None:
            text = json.dumps(body).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(text)))
            self.end_headers()
            self.wfile.write(text)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        messages.url = f"http://127.0.0.1:{server.server_port}"
        try:
            yield messages
        finally:
            server.shutdown()
            thread.join()
