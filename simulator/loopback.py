"""HTTP requests to `*.localhost` names.

These names are loopback addresses (RFC 6761 section 6.3), but not every system's resolver implements that.
"""

from http.cookiejar import Cookie
from typing import Any
from urllib.parse import urlsplit

import requests
from requests.adapters import HTTPAdapter
from requests.cookies import RequestsCookieJar
from urllib3.connectionpool import ConnectionPool

LOOPBACK = "127.0.0.1"
CONNECTIONS = 64


def is_localhost(host: str) -> bool:
    """Return whether a host name is `localhost` or a name below `localhost`."""
    name = host.rstrip(".").lower()
    return name == "localhost" or name.endswith(".localhost")


class LoopbackAdapter(HTTPAdapter):
    """Connects to 127.0.0.1 for localhost names, and keeps the name in the Host header."""

    def send(
        self,
        request: requests.PreparedRequest,
        *args: Any,  # noqa: ANN401 - passed through
        **kwargs: Any,  # noqa: ANN401 - passed through
    ) -> requests.Response:
        """Send a request. Host is set on a copy, so that a redirect to another host does not keep it."""
        target = urlsplit(str(request.url))
        if is_localhost(target.hostname or ""):
            request = request.copy()
            request.headers["Host"] = target.netloc
        return super().send(request, *args, **kwargs)

    def get_connection_with_tls_context(
        self,
        request: requests.PreparedRequest,
        *args: Any,  # noqa: ANN401 - passed through
        **kwargs: Any,  # noqa: ANN401 - passed through
    ) -> ConnectionPool:
        """Choose the connection by the address. The URL of the request itself keeps the name."""
        target = urlsplit(str(request.url))
        if is_localhost(target.hostname or ""):
            request = request.copy()
            port = f":{target.port}" if target.port else ""
            request.url = target._replace(netloc=f"{LOOPBACK}{port}").geturl()
        return super().get_connection_with_tls_context(request, *args, **kwargs)


class _LoopbackCookies(RequestsCookieJar):
    """Sends `Secure` cookies over plain HTTP, as browsers do to loopback addresses."""

    def set_cookie(self, cookie: Cookie, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - passed through
        """Store a cookie for both schemes."""
        cookie.secure = False
        super().set_cookie(cookie, *args, **kwargs)


def session() -> requests.Session:
    """Return a session for local servers. Proxies in the environment are ignored."""
    made = requests.Session()
    made.trust_env = False
    made.cookies = _LoopbackCookies()
    adapter = LoopbackAdapter(pool_connections=CONNECTIONS, pool_maxsize=CONNECTIONS)
    made.mount("http://", adapter)
    made.mount("https://", adapter)
    return made
