"""Requests to the connector under test, recorded by the party that sends them."""

from typing import Any
from urllib.parse import urlsplit

import requests

from simulator.loopback import session
from simulator.wire.exchanges import Exchange, Exchanges, Message

# Sage tells no time-out. A cold Lambda function must fit in, a dead one must not hold a page up.
TIMEOUT_SECONDS = 30


class ConnectorError(Exception):
    """The connector's URLs are not registered, or it did not answer as it must."""


class Connector:
    """The connector's two endpoints, by the full URLs that were registered."""

    def __init__(self, exchanges: Exchanges) -> None:
        self._exchanges = exchanges
        self._session = session()
        self._notification_url: str | None = None
        self._authrefresh_url: str | None = None

    def register(self, notification_url: str, authrefresh_url: str) -> None:
        """Take the URLs, as Sage does when a provider is set up."""
        self._notification_url = notification_url
        self._authrefresh_url = authrefresh_url

    @property
    def notification_url(self) -> str:
        """Where notifications go. Raises ConnectorError."""
        return _registered(self._notification_url)

    @property
    def authrefresh_url(self) -> str:
        """Where customers are sent. Raises ConnectorError."""
        return _registered(self._authrefresh_url)

    def notify(self, body: bytes, headers: dict[str, str]) -> requests.Response:
        """POST a notification. Raises ConnectorError if there is no answer."""
        return self._send("banking_service", "POST", self.notification_url, headers, body)

    def fetch(self, url: str, headers: dict[str, str]) -> requests.Response:
        """GET a page for the product to embed. Raises ConnectorError if there is no answer."""
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
            raise ConnectorError(f"no answer from {target.netloc}") from error
        answer = Message(response.headers.items(), response.content)
        self._exchanges.ended(exchange, response.status_code, answer)
        return response


def _registered(url: str | None) -> str:
    if url is None:
        raise ConnectorError("the connector's URLs are not registered: PUT …/simulator/connector")
    return url
