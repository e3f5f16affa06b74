"""API Gateway's proxy event (REST API, payload 1.0) as a request, and a response as API Gateway's proxy result."""

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Self
from urllib.parse import parse_qsl, unquote


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One HTTP request. Header names are in lower case."""

    headers: Mapping[str, str]
    query: Mapping[str, Sequence[str]]
    body: bytes = field(repr=False)
    base_url: str
    """The URL of this API as the caller used it: scheme, host and stage, without a trailing slash."""
    address: str = ""
    """The IP address of the caller, as API Gateway saw it: no header can forge it."""

    @classmethod
    def from_event(cls, event: Mapping[str, Any]) -> Self:
        """Read API Gateway's event."""
        headers = {name.lower(): value for name, value in (event.get("headers") or {}).items()}
        return cls(
            headers=headers,
            query=event.get("multiValueQueryStringParameters") or {},
            body=_body(event),
            base_url=_base_url(event, headers),
            address=event["requestContext"].get("identity", {}).get("sourceIp") or "",
        )

    @property
    def is_speculative(self) -> bool:
        """Whether a browser prefetches it: the customer may never open it (Sec-Purpose, formerly Purpose)."""
        return any("prefetch" in self.headers.get(name, "") for name in ("sec-purpose", "purpose"))

    @property
    def navigates(self) -> bool:
        """Whether a browser shows the answer as a document (Fetch Metadata). An embedding server does not say so."""
        return self.headers.get("sec-fetch-mode") == "navigate"

    @property
    def in_whole_window(self) -> bool:
        """Whether a browser shows the answer in the whole window, not in a frame (Fetch Metadata)."""
        return self.headers.get("sec-fetch-dest") == "document"

    def cookie(self, name: str) -> str:
        """Return a cookie's value (RFC 6265, section 4.2.1); empty where the browser sent none of that name."""
        pairs = (pair.strip().partition("=") for pair in self.headers.get("cookie", "").split(";"))
        return next((value for found, _, value in pairs if found == name), "")

    def only(self, name: str) -> str | None:
        """Return a query parameter that was given exactly once; None where it is missing or was given twice."""
        values = self.query.get(name, ())
        return values[0] if len(values) == 1 else None

    def form(self) -> dict[str, str]:
        """Read a form's fields (application/x-www-form-urlencoded). Of a repeated field the last value counts.

        More than 50 fields cannot come from a form of ours: no field is returned then.
        """
        try:
            pairs = parse_qsl(self.body.decode("utf-8", "replace"), keep_blank_values=True, max_num_fields=50)
        except ValueError:
            return {}
        return dict(pairs)


def _body(event: Mapping[str, Any]) -> bytes:
    """Read the body. A body that cannot be decoded is empty; the use case then refuses it."""
    text = event.get("body") or ""
    if not event.get("isBase64Encoded"):
        return bytes(text.encode(errors="replace"))
    try:
        return base64.b64decode(text)
    except ValueError:
        return b""


def _base_url(event: Mapping[str, Any], headers: Mapping[str, str]) -> str:
    context = event["requestContext"]
    # The local emulator routes a trailing slash and escapes, which API Gateway does not.
    path = unquote(context["path"]).rstrip("/").removesuffix(event["resource"])
    if domain := context.get("domainName"):
        return f"https://{domain}{path}"
    # Only the local emulator leaves the domain out.
    return f"http://{headers.get('host', 'localhost')}{path}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Response:
    """One HTTP response."""

    status: int
    headers: Mapping[str, str]
    body: str = ""

    def to_event(self) -> dict[str, Any]:
        """Return the result of a Lambda proxy integration."""
        return {"statusCode": self.status, "headers": dict(self.headers), "body": self.body, "isBase64Encoded": False}
