"""API Gateway's events: those of the folder `events`, with the values of a running stack."""

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from local.machine.workspace import CHECKOUT


def example(name: str) -> dict[str, Any]:
    """Read the example event of a function."""
    event: dict[str, Any] = json.loads((CHECKOUT / "events" / f"{name}.json").read_text())
    return event


def http_event(
    name: str,
    api_url: str,
    *,
    headers: Mapping[str, str],
    query: Mapping[str, str] | None = None,
    body: str | None = None,
) -> dict[str, Any]:
    """Return the example event of a function with these values. `headers` are added to those of the example."""
    event, url = example(name), urlsplit(api_url)
    sent = {name: value for name, value in event["headers"].items() if name not in _replaced(headers)}
    sent |= {"Host": url.netloc, "X-Forwarded-Proto": url.scheme, **headers}
    event["headers"] = sent
    event["multiValueHeaders"] = {name: [value] for name, value in sent.items()}
    event["queryStringParameters"] = dict(query) if query else None
    event["multiValueQueryStringParameters"] = {name: [value] for name, value in query.items()} if query else None
    event["requestContext"] |= {"domainName": url.netloc, "path": f"{url.path}{event['path']}"}
    event["body"] = body
    return event


def _replaced(headers: Mapping[str, str]) -> set[str]:
    """Return the names that the example must not keep: the given ones, and the example's own proofs."""
    return {*headers, "x-api-key", "Authorization"}
