"""The address at which browsers reach the connector: it records each request and forwards it unchanged.

Only the customer's language can be replaced, so that one browser shows the pages in every language.
"""

from collections.abc import Iterable
from http.cookiejar import DefaultCookiePolicy

import requests
from flask import Response, request

from simulator.loopback import session
from simulator.settings import CurrentSettings
from simulator.wire.connector import TIMEOUT_SECONDS, ConnectorClient, ConnectorError
from simulator.wire.exchanges import Exchanges
from simulator.wire.party import Party

# Each connection has its own (RFC 9110 section 7.6.1). The client library makes Host and Content-Length again.
OF_THE_CONNECTION = {"connection", "keep-alive", "proxy-connection", "te", "trailer", "transfer-encoding", "upgrade"}
OF_THE_REQUEST = {"host", "content-length"}


def create(exchanges: Exchanges, connector: ConnectorClient, settings: CurrentSettings) -> Party:
    """Return the application."""
    app = Party("connector", exchanges, caller="browser", static_folder=None)
    upstream = session()
    upstream.headers.clear()
    # Each browser keeps its own cookies.
    upstream.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))

    @app.before_request
    def forward() -> Response:
        # Before routing, so that no path is special here.
        headers = _end_to_end(request.headers.items(), OF_THE_REQUEST)
        if settings.current.customer_language:
            headers["Accept-Language"] = settings.current.customer_language
        response = upstream.request(
            request.method,
            connector.registration.origin + request.environ["REQUEST_URI"],
            headers=headers,
            data=request.get_data(),
            allow_redirects=False,
            stream=True,
            timeout=TIMEOUT_SECONDS,
        )
        body = response.raw.read(decode_content=False)
        forwarded = Response(body, response.status_code)
        forwarded.headers.clear()
        for name, value in response.raw.headers.items():
            if name.lower() not in OF_THE_CONNECTION:
                forwarded.headers.add(name, value)
        return forwarded

    @app.errorhandler(requests.RequestException)
    @app.errorhandler(ConnectorError)
    def unreachable(_: Exception) -> tuple[str, int, dict[str, str]]:
        return "The connector did not respond.", 502, {"Content-Type": "text/plain"}

    return app


def _end_to_end(headers: Iterable[tuple[str, str]], omitted: set[str]) -> dict[str, str]:
    return {name: value for name, value in headers if name.lower() not in OF_THE_CONNECTION | omitted}
