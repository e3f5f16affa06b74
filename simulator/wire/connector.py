"""Requests of Sage's parties to the connector under test. Each exchange is recorded."""

from typing import Any
from urllib.parse import urlsplit

import requests

from simulator.loopback import session
from simulator.wire.exchanges import Exchange, Exchanges, Message

# Sage documents no time-out. A cold start of a Lambda function takes a few seconds.
TIMEOUT_SECONDS = 30


class ConnectorError(Exception):
    """The connector's URLs are not registered, or the connector did not respond as documented."""


class ConnectorClient:
    """Calls the connector at its two registered URLs."""

    def __init__(self, exchanges: Exchanges) -> None:
        self._exchanges = exchanges
        self._session = session()
        self._notification_url: str | None = None
        self._authrefresh_url: str | None = None

    def register(self, notification_url: str, authrefresh_url: str) -> None:
        """Set the URLs, as Sage does when a provider is registered."""
        self._notification_url = notification_url
        self._authrefresh_url = authrefresh_url

    @property
    def notification_url(self) -> str:
        """The URL of POST notification. Raises ConnectorError."""
        return _registered(self._notification_url)

    @property
    def authrefresh_url(self) -> str:
        """The URL of GET authrefresh. Raises ConnectorError."""
        return _registered(self._authrefresh_url)

    def notify(self, body: bytes, headers: dict[str, str]) -> requests.Response:
        """POST a notification. Raises ConnectorError if there is no response."""
        return self._send("banking_service", "POST", self.notification_url, headers, body)

    def fetch(self, url: str, headers: dict[str, str]) -> requests.Response:
        """GET a page that the product embeds. Raises ConnectorError if there is no response."""
        return self._send("product", "GET", url, headers)

    def close(self) -> None:
        """Close idle connections."""
        self._session.close()

    def _send(
        self, sender: str, method: str, url: str, headers: dict[str, str], body: bytes = b""
    ) -> requests.Response:
        target = urlsplit(url)
        exchange = Exchange(
            sender=sender,
            receiver="connector",
            method=method,
            path=target.path,
            query=target.query,
            request=Message(headers.items(), body),
        )
        options: dict[str, Any] = {"timeout": TIMEOUT_SECONDS, "allow_redirects": False}
        try:
            response = self._session.request(method, url, headers=headers, data=body or None, **options)
        except requests.RequestException as error:
            self._exchanges.ended(exchange, None)
            raise ConnectorError(f"no response from {target.netloc}") from error
        self._exchanges.ended(exchange, response.status_code, Message(response.headers.items(), response.content))
        return response


def _registered(url: str | None) -> str:
    if url is None:
        raise ConnectorError("the connector's URLs are not registered: PUT …/simulator/connector")
    return url
