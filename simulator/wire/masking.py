"""Masks of secrets. Exchanges are recorded with their secrets masked, because people print and show them."""

import json
import re
from collections.abc import Iterable
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

MASK = "***"

_SECRET_NAME = re.compile(
    r"(^|[-_ .])(authorization|cookie|token|secret|password|passcode|code|code_verifier|otp|pin"
    r"|key|api_?key|ticket|assertion|answer|answers)$|^(notification_header_value|credentials|answer\.)",
    re.IGNORECASE,
)
_JWT = re.compile(r"eyJ[\w-]+\.[\w-]+\.[\w-]*")
_URL_HEADERS = {"location", "referer"}


def is_secret(name: str) -> bool:
    """Return whether the name of a header, parameter or member is that of a secret."""
    snake = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name)
    return _SECRET_NAME.search(snake) is not None


def mask_text(text: str) -> str:
    """Mask every JWT in a text."""
    return _JWT.sub(MASK, text)


def mask_query(query: str) -> str:
    """Mask the secret parameters of a query string or form body."""
    pairs = parse_qsl(query, keep_blank_values=True)
    return urlencode([(k, MASK if is_secret(k) else mask_text(v)) for k, v in pairs], safe="*:/")


def mask_url(url: str) -> str:
    """Mask the secret parameters of a URL's query."""
    parts = urlsplit(url)
    return parts._replace(query=mask_query(parts.query)).geturl()


def mask_headers(headers: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Mask secret headers, and the secret parameters of URLs in the others."""
    return {name: _mask_header(name, value) for name, value in headers}


def _mask_header(name: str, value: str) -> str:
    if is_secret(name):
        scheme, _, rest = value.partition(" ")
        return f"{scheme} {MASK}" if rest and name.lower() == "authorization" else MASK
    return mask_url(value) if name.lower() in _URL_HEADERS else mask_text(value)


def mask_body(content_type: str, body: bytes) -> Any:  # noqa: ANN401 - any JSON
    """Mask the secrets of a JSON or form body. Any other body is replaced by its type and size.

    A page can contain tickets and the customer's input in places that no rule knows.
    """
    if not body:
        return None
    kind = content_type.partition(";")[0].strip().lower()
    if kind == "application/json" or kind.endswith("+json"):
        try:
            return _mask_json(json.loads(body))
        except ValueError:
            return f"(not JSON, {len(body)} bytes)"
    if kind == "application/x-www-form-urlencoded":
        return mask_query(body.decode(errors="replace"))
    return f"({kind or 'unknown type'}, {len(body)} bytes)"


def _mask_json(value: Any, inside: str = "") -> Any:  # noqa: ANN401 - any JSON
    if isinstance(value, dict):
        # The `code` of a Sage error is no secret.
        return {k: MASK if is_secret(k) and inside != "error" else _mask_json(v, k) for k, v in value.items()}
    if isinstance(value, list):
        return [_mask_json(item, inside) for item in value]
    return mask_text(value) if isinstance(value, str) else value
