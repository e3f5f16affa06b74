"""What can be wrong with a connector: each stands between it and its caller."""

import json
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from tests.cli.broken import Asked, Connector, Fault, Send
from tests.deployment import Answer


def trusting(**proof: str) -> Fault:
    """Put a right proof in the place of whatever came, or of nothing."""

    def fault(prompt: Asked, send: Send, connector: Connector) -> Answer:
        if prompt.refreshes:
            return send(prompt)
        given = {name: connector.proofs[name] for name in proof.values()}
        return send(replace(prompt, headers={**prompt.headers, **given}))

    return fault


def trusting_tokens(accepts: Callable[[dict[str, Any], dict[str, Any]], bool]) -> Fault:
    """Take such tokens for good ones."""

    def fault(prompt: Asked, send: Send, connector: Connector) -> Answer:
        if prompt.refreshes or not accepts(*prompt.token):
            return send(prompt)
        return send(replace(prompt, headers={**prompt.headers, "Authorization": connector.proofs["Authorization"]}))

    return fault


def header(**changes: str | None) -> Fault:
    """Change headers of every page; None takes one away."""

    def fault(prompt: Asked, send: Send, _: Connector) -> Answer:
        answer = send(prompt)
        named = {name.replace("_", "-"): value for name, value in changes.items()}
        kept = {name: value for name, value in answer.headers.items() if name not in named}
        return replace(answer, headers=kept | {name: value for name, value in named.items() if value is not None})

    return fault


def policy(old: str, new: str) -> Fault:
    """Change the content security policy."""

    def fault(prompt: Asked, send: Send, _: Connector) -> Answer:
        answer = send(prompt)
        if "Content-Security-Policy" not in answer.headers:
            return answer
        directives = [part.strip() for part in answer.headers["Content-Security-Policy"].split(";")]
        kept = [part for part in directives if not part.startswith(old)]
        changed = "; ".join([*kept, new] if new else kept)
        return replace(answer, headers={**answer.headers, "Content-Security-Policy": changed})

    return fault


def body(change: Callable[[str], str]) -> Fault:
    """Change every page."""

    def fault(prompt: Asked, send: Send, _: Connector) -> Answer:
        answer = send(prompt)
        return replace(answer, body=change(answer.body)) if prompt.refreshes else answer

    return fault


def time_passes(prompt: Asked, send: Send, connector: Connector) -> Answer:
    """No fault at all: the session is old when it is opened."""
    if prompt.refreshes:
        connector.expire(prompt.query["authorisation_id"])
    return send(prompt)


def refuses_but_stores(prompt: Asked, send: Send, connector: Connector) -> Answer:
    answer = send(prompt)
    if answer.status == 401:
        connector.started(json.loads(prompt.body)["resource"]["id"])
    return answer


def refuses_duplicates(prompt: Asked, send: Send, connector: Connector) -> Answer:
    if prompt.refreshes:
        return send(prompt)
    known = prompt.body in connector.seen
    connector.seen[prompt.body] = answer = send(prompt)
    return replace(answer, status=409) if known else answer


def answers(status: int, instead_of: int) -> Fault:
    """Answer with another status."""

    def fault(prompt: Asked, send: Send, _: Connector) -> Answer:
        answer = send(prompt)
        return replace(answer, status=status) if answer.status == instead_of else answer

    return fault


def refuses_other_types(prompt: Asked, send: Send, _: Connector) -> Answer:
    answer = send(prompt)
    return replace(answer, status=400) if "not_handled" in answer.body else answer


def opens_unknown(prompt: Asked, send: Send, connector: Connector) -> Answer:
    answer = send(prompt)
    if answer.status != 403:
        return answer
    connector.started(prompt.query["authorisation_id"])
    return send(prompt)


def opens_again(prompt: Asked, send: Send, connector: Connector) -> Answer:
    answer = send(prompt)
    if not prompt.refreshes:
        return answer
    if answer.status == 410:
        return connector.seen[prompt.query["authorisation_id"]]
    return connector.seen.setdefault(prompt.query.get("authorisation_id", ""), answer)


def _mended(prompt: Asked) -> Asked:
    complete = {"state": "s", "externalId": "e", **prompt.query, "redirect_uri": "https://money.sage.com/"}
    return replace(prompt, query=complete)


def mends_requests(prompt: Asked, send: Send, _: Connector) -> Answer:
    answer = send(prompt)
    return send(_mended(prompt)) if prompt.refreshes and answer.status == 400 else answer


def refuses_but_opens(prompt: Asked, send: Send, _: Connector) -> Answer:
    answer = send(prompt)
    if prompt.refreshes and answer.status == 400:
        send(_mended(prompt))
    return answer


def redirects_anywhere(prompt: Asked, send: Send, _: Connector) -> Answer:
    answer = send(prompt)
    if answer.status != 400 or "redirect_uri" not in prompt.query:
        return answer
    return replace(answer, headers={**answer.headers, "Location": prompt.query["redirect_uri"]})


def writes_the_query(prompt: Asked, send: Send, _: Connector) -> Answer:
    answer = send(prompt)
    return replace(answer, body=answer.body + prompt.query.get("state", ""))


def always(navigates: bool) -> Fault:  # noqa: FBT001 - a switch that its caller names
    """Answer everyone as one kind of caller is answered."""

    def fault(prompt: Asked, send: Send, _: Connector) -> Answer:
        kept = {name: value for name, value in prompt.headers.items() if name != "Sec-Fetch-Mode"}
        return send(replace(prompt, headers=kept | ({"Sec-Fetch-Mode": "navigate"} if navigates else {})))

    return fault


def expired(_: dict[str, Any], claims: dict[str, Any]) -> bool:
    return bool(claims) and claims["exp"] < time.time()
