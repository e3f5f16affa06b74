"""Requests of Sage's parties to the connector under test. Each exchange is recorded."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import requests

from simulator.loopback import session
from simulator.rules.faults import Fault, Kind
from simulator.wire.exchanges import Exchange, Exchanges, Message

# Sage documents no time-out. A cold start of a Lambda function takes a few seconds.
TIMEOUT_SECONDS = 30


class ConnectorError(Exception):
    """The connector's URLs are not registered, or the connector did not respond as documented."""


@dataclass(frozen=True)
class Registration:
    """The connector's two URLs, and the origin at which browsers reach the connector."""

    notification_url: str
    authrefresh_url: str
    browser_origin: str

    @property
    def origin(self) -> str:
        """The connector's own origin."""
        parts = urlsplit(self.authrefresh_url)
        return f"{parts.scheme}://{parts.netloc}"


class ConnectorClient:
    """Calls the connector at its two registered URLs.

    If the connector is registered as `recorded`, browsers get URLs of the simulator's gateway, which records their
    requests and forwards them (`simulator.parties.gateway`).
    """

    def __init__(self, exchanges: Exchanges, gateway_origin: str) -> None:
        self._exchanges = exchanges
        self._gateway_origin = gateway_origin
        self._session = session()
        self._registered: Registration | None = None

    def register(self, notification_url: str, authrefresh_url: str, *, recorded: bool) -> None:
        """Set the URLs, as Sage does when a provider is registered."""
        direct = Registration(notification_url, authrefresh_url, "")
        origin = self._gateway_origin if recorded else direct.origin
        self._registered = Registration(notification_url, authrefresh_url, origin)

    @property
    def registration(self) -> Registration:
        """What is registered. Raises ConnectorError."""
        if self._registered is None:
            raise ConnectorError("the connector's URLs are not registered: PUT …/simulator/connector")
        return self._registered

    @property
    def browser_origin(self) -> str:
        """The origin at which browsers reach the connector. Empty if no connector is registered."""
        return self._registered.browser_origin if self._registered else ""

    @property
    def authrefresh_url(self) -> str:
        """The URL of GET authrefresh for a browser. Raises ConnectorError."""
        registered = self.registration
        return registered.browser_origin + registered.authrefresh_url.removeprefix(registered.origin)

    def notify(self, body: bytes, headers: Mapping[str, str], fault: Fault | None = None) -> requests.Response:
        """POST a notification. Raises ConnectorError if there is no response."""
        return self._send("banking_service", "POST", self.registration.notification_url, headers, body, fault)

    def fetch(self, query: str, headers: Mapping[str, str], sender: str = "product") -> requests.Response:
        """GET the page that the product embeds, with this query. Raises ConnectorError if there is no response."""
        return self._send(sender, "GET", f"{self.registration.authrefresh_url}?{query}", headers)

    def close(self) -> None:
        """Close idle connections."""
        self._session.close()

    def _send(  # noqa: PLR0913, PLR0917 - a request has so many parts
        self,
        sender: str,
        method: str,
        url: str,
        headers: Mapping[str, str],
        body: bytes = b"",
        fault: Fault | None = None,
    ) -> requests.Response:
        target = urlsplit(url)
        exchange = Exchange(
            sender=sender,
            receiver="connector",
            method=method,
            path=target.path,
            query=target.query,
            request=Message(headers.items(), body),
            fault=fault.label if fault else None,
        )
        self._exchanges.began(exchange)
        options: dict[str, Any] = {"timeout": TIMEOUT_SECONDS, "allow_redirects": False}
        try:
            response = self._session.request(method, url, headers=dict(headers), data=body or None, **options)
        except requests.RequestException as error:
            self._exchanges.ended(exchange, None)
            raise ConnectorError(f"no response from {target.netloc}") from error
        if fault and fault.kind is Kind.DROP_AFTER:
            self._exchanges.ended(exchange, None)
            raise ConnectorError("the response was lost")
        self._exchanges.ended(exchange, response.status_code, Message(response.headers.items(), response.content))
        return response
