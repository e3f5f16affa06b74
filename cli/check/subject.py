"""The connector that is checked, as Banking Service and a customer's browser reach it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

import requests

from cli.check.tokens import Tokens

SECONDS = 35
"""Longer than API Gateway waits."""
NAVIGATES = {"Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document"}


@dataclass
class Subject:
    """A connector by its base URL, and what Banking Service shares with it."""

    url: str
    header_name: str
    header_value: str
    tokens: Tokens
    redirect_uri: str
    expiry_seconds: float | None = None
    """How long a session of this connector lives, if that is to be waited for."""
    http: requests.Session = field(default_factory=requests.Session)

    def proofs(self) -> dict[str, str]:
        """Return the headers by which Banking Service proves itself."""
        return {self.header_name: self.header_value, "Authorization": f"Bearer {self.tokens.good()}"}

    def notify(self, body: object, headers: Mapping[str, str] | None = None) -> requests.Response:
        """POST /notification; `body` is JSON, or a string that is sent as it is."""
        sent = self.proofs() if headers is None else dict(headers)
        if isinstance(body, str):
            return self._send("POST", "/notification", sent | {"Content-Type": "application/json"}, data=body)
        return self._send("POST", "/notification", sent, json=body)

    def started(self) -> str:
        """Notify of a new authorisation; return its id."""
        authorisation_id = str(uuid4())
        self.notify(notification(authorisation_id)).raise_for_status()
        return authorisation_id

    def open(
        self, authorisation_id: str, changes: Mapping[str, str | None] | None = None, *, navigates: bool = False
    ) -> requests.Response:
        """GET /authrefresh; a parameter that is None is left out."""
        query: dict[str, str | None] = {
            "bankaccount": str(uuid4()),
            "authorisation_id": authorisation_id,
            "redirect_uri": self.redirect_uri,
            "state": str(uuid4()),
            "externalId": "connector-check",
            **(changes or {}),
        }
        sent = {name: value for name, value in query.items() if value is not None}
        return self._send("GET", "/authrefresh", NAVIGATES if navigates else {}, params=sent)

    def _send(self, method: str, path: str, headers: Mapping[str, str], **what: Any) -> requests.Response:  # noqa: ANN401 - of requests
        url, named = _reachable(f"{self.url}{path}")
        return self.http.request(
            method, url, headers={**headers, **named}, timeout=SECONDS, allow_redirects=False, **what
        )


def notification(authorisation_id: str) -> dict[str, Any]:
    """Make the notification that an authorisation has started, as Sage's page has it."""
    return {
        "type": "resourceCreated",
        "resource": {"id": authorisation_id, "type": "authorisation", "url": "NA"},
        "additionalData": {"bankId": str(uuid4())},
    }


def _reachable(url: str) -> tuple[str, dict[str, str]]:
    """Reach names below `localhost`, which are loopback (RFC 6761) but not known to every resolver."""
    parts = urlsplit(url)
    if not (parts.hostname or "").endswith(".localhost"):
        return url, {}
    port = f":{parts.port}" if parts.port else ""
    return parts._replace(netloc=f"127.0.0.1{port}").geturl(), {"Host": parts.netloc}
