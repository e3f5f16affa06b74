"""The deployed functions on a real socket, whole or with one fault switched on."""

import json
import time
from base64 import urlsafe_b64decode
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from types import TracebackType
from typing import Any, Self

from flask import Flask, Response, request

from local.stack.control import Control
from simulator.wire.server import Server
from tests.deployment import Answer, Deployment

PATHS = {"/notification": "notification", "/authrefresh": "authrefresh"}


@dataclass(frozen=True)
class Asked:
    """A request to the connector."""

    method: str
    path: str
    query: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    body: str = ""

    @property
    def refreshes(self) -> bool:
        return self.path == "/authrefresh"

    @property
    def token(self) -> tuple[dict[str, Any], dict[str, Any]]:
        """Read the token's header and claims, as somebody would who does not verify it."""
        parts = self.headers.get("Authorization", "").removeprefix("Bearer ").split(".")
        if len(parts) < 2:
            return {}, {}
        header, claims = (json.loads(urlsafe_b64decode(part + "=" * (-len(part) % 4))) for part in parts[:2])
        return header, claims


type Send = Callable[[Asked], Answer]
type Fault = Callable[[Asked, Send, "Connector"], Answer]


class Connector:
    """Serves the functions; a fault stands between them and the caller."""

    def __init__(self, stack: Deployment, control: Control, secret: str) -> None:
        self.proofs = {"X-Api-Key": secret, "Authorization": f"Bearer {control.post('/sage-id/tokens', {})['token']}"}
        self.seen: dict[str, Answer] = {}
        self._stack = stack
        self.fault: Fault | None = None
        self._server = Server("127.0.0.1")
        self.url = self._server.origin

    def __enter__(self) -> Self:
        app = Flask("connector")
        app.add_url_rule("/<path:path>", view_func=self._serve, methods=["GET", "POST"])
        self._server.serve(app)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._server.stop()

    def send(self, prompt: Asked) -> Answer:
        """Ask the functions themselves."""
        answer = self._stack.request(
            PATHS[prompt.path],
            prompt.method,
            prompt.path,
            query=prompt.query,
            headers={**prompt.headers, "Host": self.url},
            body=prompt.body,
        )
        # They were told a public URL that is not this server's.
        return replace(answer, body=answer.body.replace("https://connector.example", self.url))

    def started(self, authorisation_id: str) -> Answer:
        """Notify in Banking Service's name."""
        body = {"type": "resourceCreated", "resource": {"id": authorisation_id, "type": "authorisation"}}
        return self.send(Asked("POST", "/notification", headers=self.proofs, body=json.dumps(body)))

    def expire(self, authorisation_id: str) -> None:
        """Let the session's twenty minutes be over."""
        self._stack.table.update_item(
            Key={"authorisation_id": authorisation_id},
            UpdateExpression="SET expires_at = :now",
            ExpressionAttributeValues={":now": int(time.time())},
        )

    def _serve(self, path: str) -> Response:
        prompt = Asked(
            request.method, f"/{path}", request.args.to_dict(), dict(request.headers), request.get_data(as_text=True)
        )
        answer = self.fault(prompt, self.send, self) if self.fault else self.send(prompt)
        return Response(answer.body, answer.status, dict(answer.headers))
