"""API Gateway's proxy event (REST API, payload 1.0) as a request, and a response as what API Gateway wants."""

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
    """Where the caller found us: scheme, host and stage, without a trailing slash."""

    @classmethod
    def from_event(cls, event: Mapping[str, Any]) -> Self:
        """Read API Gateway's event."""
        headers = {name.lower(): value for name, value in (event.get("headers") or {}).items()}
        return cls(
            headers=headers,
            query=event.get("multiValueQueryStringParameters") or {},
            body=_body(event),
            base_url=_base_url(event, headers),
        )

    @property
    def is_speculative(self) -> bool:
        """Whether a browser fetches it for a customer who may never ask for it (Sec-Purpose, and Purpose before it)."""
        return any("prefetch" in self.headers.get(name, "") for name in ("sec-purpose", "purpose"))

    @property
    def navigates(self) -> bool:
        """Whether a browser shows the answer as a document (Fetch Metadata); an embedding server does not say so."""
        return self.headers.get("sec-fetch-mode") == "navigate"

    def only(self, name: str) -> str | None:
        """Return a query parameter that was given just once; None where it is missing or given twice."""
        values = self.query.get(name, ())
        return values[0] if len(values) == 1 else None

    def form(self) -> dict[str, str]:
        """Read a form's fields (application/x-www-form-urlencoded); of a repeated field the last one counts.

        More fields than any form of ours has are no form of ours, and read as none.
        """
        try:
            pairs = parse_qsl(self.body.decode("utf-8", "replace"), keep_blank_values=True, max_num_fields=50)
        except ValueError:
            return {}
        return dict(pairs)


def _body(event: Mapping[str, Any]) -> bytes:
    """Read the body. One that cannot be read is as good as none, and whoever wants something of it will say so."""
    text = event.get("body") or ""
    if not event.get("isBase64Encoded"):
        return bytes(text.encode(errors="replace"))
    try:
        return base64.b64decode(text)
    except ValueError:
        return b""


def _base_url(event: Mapping[str, Any], headers: Mapping[str, str]) -> str:
    context = event["requestContext"]
    # The emulator lets a trailing slash and escapes pass that API Gateway would not route.
    path = unquote(context["path"]).rstrip("/").removesuffix(event["resource"])
    if domain := context.get("domainName"):
        return f"https://{domain}{path}"
    # Only an emulator leaves the domain out; API Gateway always tells it.
    return f"http://{headers.get('host', 'localhost')}{path}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Response:
    """One HTTP answer."""

    status: int
    headers: Mapping[str, str]
    body: str = ""

    def to_event(self) -> dict[str, Any]:
        """Write it as API Gateway's proxy integration wants it."""
        return {"statusCode": self.status, "headers": dict(self.headers), "body": self.body, "isBase64Encoded": False}
