"""HTTP that is bounded in time and size, follows no redirect, and is encrypted unless it stays on this machine."""

import time
from io import BytesIO
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

import requests
from urllib3.exceptions import HTTPError

from connector.runtime.deadline import call_with_deadline
from connector.runtime.owned_connections import OwnedAdapter

LARGEST = 64 * 1024
"""Bytes of a response's body, at most."""
CONNECT_SECONDS = 2.0


class BoundExceededError(requests.RequestException):
    """The request or its response exceeds a bound. The message contains nothing of the request."""


def is_safe(url: str) -> bool:
    """Tell whether a request to the URL is encrypted, or never leaves this machine."""
    parts = urlsplit(url)
    return bool(parts.hostname) and (parts.scheme == "https" or (parts.scheme == "http" and _is_here(parts.hostname)))


def _is_here(host: str | None) -> bool:
    try:
        return host == "localhost" or ip_address(host or "").is_loopback
    except ValueError:
        return False


class BoundedAdapter(OwnedAdapter):
    """Sends a request and reads its whole response within `seconds`, and before `until` (seconds, monotonic clock)."""

    def __init__(self, seconds: float, until: float, largest: int) -> None:
        super().__init__()
        self._largest = largest
        self._seconds = seconds
        self._until = until

    def send(self, request: requests.PreparedRequest, *_: Any, **options: Any) -> requests.Response:  # noqa: ANN401 - requests' own
        """Send a request. Raise requests.RequestException."""
        if not is_safe(request.url or ""):
            raise BoundExceededError("the URL is not https", request=request)
        left = min(self._seconds, self._until - time.monotonic())
        if left <= 0:
            raise requests.ReadTimeout("no time is left", request=request)
        options |= {"stream": True, "timeout": (min(CONNECT_SECONDS, left), left)}
        return call_with_deadline(left, lambda: self._whole(request, options))

    def _whole(self, request: requests.PreparedRequest, options: dict[str, Any]) -> requests.Response:
        response = super().send(request, **options)
        try:
            with response.raw as raw:
                body = raw.read(self._largest + 1, decode_content=True)
        except HTTPError as error:
            raise requests.ConnectionError(type(error).__name__, request=request) from None
        if len(body) > self._largest:
            raise BoundExceededError("the response is too large", request=request)
        response.raw = BytesIO(body)
        return response


def bound[Session: requests.Session](
    session: Session, seconds: float, *, altogether: bool = False, largest: int = LARGEST
) -> Session:
    """Bound each request of a session to `seconds`; with `altogether`, all of them together from now on.

    `largest` is the number of bytes of a response. A redirect raises requests.TooManyRedirects.
    """
    session.max_redirects = 0
    until = time.monotonic() + seconds if altogether else float("inf")
    for prefix in ("http://", "https://"):
        session.mount(prefix, BoundedAdapter(seconds, until, largest))
    return session


def read_json(response: requests.Response) -> object:
    """Return the JSON of a response with status 200. Raise requests.RequestException for any other response."""
    if response.status_code != requests.codes.ok:
        raise requests.HTTPError(f"HTTP {response.status_code}", response=response)
    read: object = response.json()
    return read
