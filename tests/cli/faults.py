"""Faults of a connector. Each is a function that changes the request, the response or the stored session."""

import json
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from tests.cli.faulty_connector import Fault, FaultyConnector, Request, Send
from tests.deployment import Answer


def accepts_without(header: str) -> Fault:
    """Accept notifications whatever this header says: the functions receive the correct value."""

    def fault(request: Request, send: Send, connector: FaultyConnector) -> Answer:
        if request.is_authrefresh:
            return send(request)
        headers = {**request.headers, header: connector.authentication_headers[header]}
        return send(replace(request, headers=headers))

    return fault


def accepts_tokens(accepts: Callable[[dict[str, Any], dict[str, Any]], bool]) -> Fault:
    """Accept the tokens for which `accepts` is true, given their header and claims."""

    def fault(request: Request, send: Send, connector: FaultyConnector) -> Answer:
        if request.is_authrefresh or not accepts(*request.token):
            return send(request)
        return accepts_without("Authorization")(request, send, connector)

    return fault


def header(**changes: str | None) -> Fault:
    """Change the headers of every response. None removes a header."""

    def fault(request: Request, send: Send, _: FaultyConnector) -> Answer:
        answer = send(request)
        named = {name.replace("_", "-"): value for name, value in changes.items()}
        kept = {name: value for name, value in answer.headers.items() if name not in named}
        return replace(answer, headers=kept | {name: value for name, value in named.items() if value is not None})

    return fault


def policy(old: str, new: str) -> Fault:
    """Replace one directive of the content security policy. An empty `new` removes the directive."""

    def fault(request: Request, send: Send, _: FaultyConnector) -> Answer:
        answer = send(request)
        if "Content-Security-Policy" not in answer.headers:
            return answer
        directives = [part.strip() for part in answer.headers["Content-Security-Policy"].split(";")]
        kept = [part for part in directives if not part.startswith(old)]
        changed = "; ".join([*kept, new] if new else kept)
        return replace(answer, headers={**answer.headers, "Content-Security-Policy": changed})

    return fault


def body(change: Callable[[str], str]) -> Fault:
    """Change the body of every page."""

    def fault(request: Request, send: Send, _: FaultyConnector) -> Answer:
        answer = send(request)
        return replace(answer, body=change(answer.body)) if request.is_authrefresh else answer

    return fault


def expires_at_once(request: Request, send: Send, connector: FaultyConnector) -> Answer:
    """End every session before the page is opened. This is no fault."""
    if request.is_authrefresh:
        connector.expire(request.query["authorisation_id"])
    return send(request)


def refuses_but_stores(request: Request, send: Send, connector: FaultyConnector) -> Answer:
    answer = send(request)
    if answer.status == 401:
        connector.notify(json.loads(request.body)["resource"]["id"])
    return answer


def refuses_duplicates(request: Request, send: Send, connector: FaultyConnector) -> Answer:
    if request.is_authrefresh:
        return send(request)
    known = request.body in connector.seen
    connector.seen[request.body] = answer = send(request)
    return replace(answer, status=409) if known else answer


def responds(status: int, instead_of: int) -> Fault:
    """Replace one status by another."""

    def fault(request: Request, send: Send, _: FaultyConnector) -> Answer:
        answer = send(request)
        return replace(answer, status=status) if answer.status == instead_of else answer

    return fault


def refuses_other_types(request: Request, send: Send, _: FaultyConnector) -> Answer:
    answer = send(request)
    return replace(answer, status=400) if "not_handled" in answer.body else answer


def opens_unknown(request: Request, send: Send, connector: FaultyConnector) -> Answer:
    answer = send(request)
    if answer.status != 403:
        return answer
    connector.notify(request.query["authorisation_id"])
    return send(request)


def opens_again(request: Request, send: Send, connector: FaultyConnector) -> Answer:
    answer = send(request)
    if not request.is_authrefresh:
        return answer
    if answer.status == 410:
        return connector.seen[request.query["authorisation_id"]]
    return connector.seen.setdefault(request.query.get("authorisation_id", ""), answer)


def _repaired(request: Request) -> Request:
    complete = {"state": "s", "externalId": "e", **request.query, "redirect_uri": "https://money.sage.com/"}
    return replace(request, query=complete)


def repairs_requests(request: Request, send: Send, _: FaultyConnector) -> Answer:
    answer = send(request)
    return send(_repaired(request)) if request.is_authrefresh and answer.status == 400 else answer


def refuses_but_opens(request: Request, send: Send, _: FaultyConnector) -> Answer:
    answer = send(request)
    if request.is_authrefresh and answer.status == 400:
        send(_repaired(request))
    return answer


def redirects_anywhere(request: Request, send: Send, _: FaultyConnector) -> Answer:
    answer = send(request)
    if answer.status != 400 or "redirect_uri" not in request.query:
        return answer
    return replace(answer, headers={**answer.headers, "Location": request.query["redirect_uri"]})


def writes_the_query(request: Request, send: Send, _: FaultyConnector) -> Answer:
    answer = send(request)
    return replace(answer, body=answer.body + request.query.get("state", ""))


def always(navigates: bool) -> Fault:  # noqa: FBT001 - a switch that its caller names
    """Respond to every caller as to a browser that navigates, or as to a server that embeds."""

    def fault(request: Request, send: Send, _: FaultyConnector) -> Answer:
        kept = {name: value for name, value in request.headers.items() if name != "Sec-Fetch-Mode"}
        return send(replace(request, headers=kept | ({"Sec-Fetch-Mode": "navigate"} if navigates else {})))

    return fault


def expired(_: dict[str, Any], claims: dict[str, Any]) -> bool:
    return bool(claims) and claims["exp"] < time.time()
