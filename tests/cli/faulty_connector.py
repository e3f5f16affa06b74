"""The deployed functions behind a real socket, correct or with one fault."""

import json
import time
from base64 import urlsafe_b64decode
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from types import TracebackType
from typing import Any, Self

import flask

from local.stack.control import Control
from simulator.wire.server import Server
from tests.deployment import Answer, Deployment

PATHS = {"/notification": "notification", "/authrefresh": "authrefresh"}


@dataclass(frozen=True)
class Request:
    """A request to the connector: POST /notification or GET /authrefresh."""

    method: str
    path: str
    query: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    body: str = ""

    @property
    def is_authrefresh(self) -> bool:
        return self.path == "/authrefresh"

    @property
    def token(self) -> tuple[dict[str, Any], dict[str, Any]]:
        """Read the token's header and claims without a verification."""
        parts = self.headers.get("Authorization", "").removeprefix("Bearer ").split(".")
        if len(parts) < 2:
            return {}, {}
        header, claims = (json.loads(urlsafe_b64decode(part + "=" * (-len(part) % 4))) for part in parts[:2])
        return header, claims


type Send = Callable[[Request], Answer]
type Fault = Callable[[Request, Send, "FaultyConnector"], Answer]


class FaultyConnector:
    """Serves the functions over HTTP. A fault can change each request and each response."""

    def __init__(self, stack: Deployment, control: Control, secret: str) -> None:
        self.authentication_headers = {
            "X-Api-Key": secret,
            "Authorization": f"Bearer {control.post('/sage-id/tokens', {})['token']}",
        }
        self.seen: dict[str, Answer] = {}
        self._stack = stack
        self.fault: Fault | None = None
        self._server = Server("127.0.0.1")
        self.url = self._server.origin

    def __enter__(self) -> Self:
        app = flask.Flask("connector")
        app.add_url_rule("/<path:path>", view_func=self._serve, methods=["GET", "POST"])
        self._server.serve(app)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._server.stop()

    def send(self, request: Request) -> Answer:
        """Call the function itself."""
        answer = self._stack.request(
            PATHS[request.path],
            request.method,
            request.path,
            query=request.query,
            headers={**request.headers, "Host": self.url},
            body=request.body,
        )
        # The functions write their public URL into pages. This server has another URL.
        return replace(answer, body=answer.body.replace("https://connector.example", self.url))

    def notify(self, authorisation_id: str) -> Answer:
        """Notify the connector of an authorisation, as Banking Service does."""
        body = {"type": "resourceCreated", "resource": {"id": authorisation_id, "type": "authorisation"}}
        return self.send(Request("POST", "/notification", headers=self.authentication_headers, body=json.dumps(body)))

    def expire(self, authorisation_id: str) -> None:
        """End the session's twenty minutes now."""
        self._stack.table.update_item(
            Key={"authorisation_id": authorisation_id},
            UpdateExpression="SET expires_at = :now",
            ExpressionAttributeValues={":now": int(time.time())},
        )

    def _serve(self, path: str) -> flask.Response:
        received = flask.request
        body = received.get_data(as_text=True)
        request = Request(received.method, f"/{path}", received.args.to_dict(), dict(received.headers), body)
        answer = self.fault(request, self.send, self) if self.fault else self.send(request)
        return flask.Response(answer.body, answer.status, dict(answer.headers))
