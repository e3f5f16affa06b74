"""The connector under test, as Banking Service and a customer's browser reach it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

import requests

from cli.check.tokens import Tokens
from cli.errors import StackUnavailableError

TIMEOUT_SECONDS = 35
"""Longer than API Gateway's own time-out of 29 seconds."""
DEFAULT_REDIRECT_URI = "https://check.sage.com/return"
NAVIGATION = {"Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document"}


@dataclass
class Target:
    """The connector's base URL, and the values that it shares with Banking Service."""

    url: str
    header_name: str
    header_value: str
    tokens: Tokens
    redirect_uri: str
    session_seconds: float | None = None
    """How long a session lives. With None the check of its end does not run, because the check waits that long."""
    http: requests.Session = field(default_factory=requests.Session)

    def authentication_headers(self) -> dict[str, str]:
        """Return the headers with which Banking Service authenticates."""
        return {self.header_name: self.header_value, "Authorization": f"Bearer {self.tokens.valid()}"}

    def connect(self) -> None:
        """Prove that the connector and the source of the tokens answer. Raise StackUnavailableError."""
        self.tokens.valid()
        try:
            self._send("GET", "/authrefresh", {})
        except requests.RequestException as error:
            raise StackUnavailableError(
                f"{self.url} did not answer ({type(error).__name__}): check the URL."
            ) from error

    def notify(self, body: object, headers: Mapping[str, str] | None = None) -> requests.Response:
        """POST /notification. A string is sent unchanged, any other `body` as JSON."""
        sent = self.authentication_headers() if headers is None else dict(headers)
        if isinstance(body, str):
            return self._send("POST", "/notification", sent | {"Content-Type": "application/json"}, data=body)
        return self._send("POST", "/notification", sent, json=body)

    def start_session(self) -> str:
        """Notify the connector of a new authorisation; return its id."""
        authorisation_id = str(uuid4())
        self.notify(notification(authorisation_id)).raise_for_status()
        return authorisation_id

    def open_page(
        self, authorisation_id: str, changes: Mapping[str, str | None] | None = None, *, navigates: bool = False
    ) -> requests.Response:
        """GET /authrefresh, as a browser if `navigates`. `changes` replaces parameters; None removes one."""
        query = {**self.query(authorisation_id), **(changes or {})}
        sent = {name: value for name, value in query.items() if value is not None}
        return self._send("GET", "/authrefresh", NAVIGATION if navigates else {}, params=sent)

    def query(self, authorisation_id: str) -> dict[str, str]:
        """Return the query of GET /authrefresh."""
        return {
            "bankaccount": str(uuid4()),
            "authorisation_id": authorisation_id,
            "redirect_uri": self.redirect_uri,
            "state": str(uuid4()),
            "externalId": "connector-check",
        }

    def _send(self, method: str, path: str, headers: Mapping[str, str], **content: Any) -> requests.Response:  # noqa: ANN401 - the arguments of requests
        url, host = _resolvable(f"{self.url}{path}")
        return self.http.request(
            method, url, headers={**headers, **host}, timeout=TIMEOUT_SECONDS, allow_redirects=False, **content
        )


def notification(authorisation_id: str) -> dict[str, Any]:
    """Return the notification that an authorisation has started, as in the sample of Sage's re-authorisation guide."""
    return {
        "type": "resourceCreated",
        "resource": {"id": authorisation_id, "type": "authorisation", "url": "NA"},
        "additionalData": {"bankId": str(uuid4())},
    }


def _resolvable(url: str) -> tuple[str, dict[str, str]]:
    """Replace a host name below `localhost` by 127.0.0.1: RFC 6761 says so, but not every resolver does it."""
    parts = urlsplit(url)
    if not (parts.hostname or "").endswith(".localhost"):
        return url, {}
    port = f":{parts.port}" if parts.port else ""
    return parts._replace(netloc=f"127.0.0.1{port}").geturl(), {"Host": parts.netloc}
