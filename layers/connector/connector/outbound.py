"""HTTP to the provider's own systems: bounded in time and size, never redirected, encrypted on the way."""

import time
from io import BytesIO
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

import requests
from requests.adapters import HTTPAdapter
from urllib3.exceptions import HTTPError

from connector.exchange import within

LARGEST = 64 * 1024
"""Bytes of an answer."""
CONNECT_SECONDS = 2.0
_CHUNK = 8192


class Refused(requests.RequestException):
    """What was asked for, or what came back, is beyond the bounds. The message holds nothing that was sent."""


def is_safe(url: str) -> bool:
    """Tell whether what is sent there is encrypted on the way, or never leaves this machine."""
    parts = urlsplit(url)
    return bool(parts.hostname) and (parts.scheme == "https" or (parts.scheme == "http" and _is_here(parts.hostname)))


def _is_here(host: str | None) -> bool:
    try:
        return host == "localhost" or ip_address(host or "").is_loopback
    except ValueError:
        return False


class Bounded(HTTPAdapter):
    """Reads an answer whole, within `seconds` altogether: a server that sends a byte now and then gains nothing."""

    def __init__(self, seconds: float, until: float | None) -> None:
        super().__init__()
        self._seconds = seconds
        self._until = until

    def send(self, request: requests.PreparedRequest, *_: Any, **options: Any) -> requests.Response:  # noqa: ANN401 - requests' own
        """Send a request. Raise requests.RequestException."""
        if not is_safe(request.url or ""):
            raise Refused("only https is spoken", request=request)
        now = time.monotonic()
        until = self._until or now + self._seconds
        if until <= now:
            raise requests.ReadTimeout("no time is left", request=request)
        options |= {"stream": True, "timeout": (min(CONNECT_SECONDS, until - now), until - now)}
        return within(until - now, lambda: self._whole(request, options))

    def _whole(self, request: requests.PreparedRequest, options: dict[str, Any]) -> requests.Response:
        response = super().send(request, **options)
        try:
            response.raw = BytesIO(_read(response))
        except HTTPError as error:
            raise requests.ConnectionError(type(error).__name__, request=request) from None
        return response


def _read(response: requests.Response) -> bytes:
    body = b""
    with response.raw as raw:
        while chunk := raw.read(_CHUNK, decode_content=True):
            body += chunk
            if len(body) > LARGEST:
                raise Refused("the answer is too large")
    return body


def bound[Session: requests.Session](session: Session, seconds: float, *, altogether: bool = False) -> Session:
    """Bound whatever a session sends: each request, or from now on all of them `altogether`.

    A redirect is an error of its own (requests.TooManyRedirects).
    """
    session.max_redirects = 0
    until = time.monotonic() + seconds if altogether else None
    for prefix in ("http://", "https://"):
        session.mount(prefix, Bounded(seconds, until))
    return session
