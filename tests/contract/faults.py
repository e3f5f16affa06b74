"""What can be wrong with a connector: each stands between it and its caller."""

import json
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from tests.contract.broken import Asked, Connector, Fault, Send
from tests.deployment import Answer


def trusting(**proof: str) -> Fault:
    """Put a right proof in the place of whatever came, or of nothing."""

    def fault(asked: Asked, send: Send, connector: Connector) -> Answer:
        if asked.refreshes:
            return send(asked)
        given = {name: connector.proofs[name] for name in proof.values()}
        return send(replace(asked, headers={**asked.headers, **given}))

    return fault


def trusting_tokens(accepts: Callable[[dict[str, Any], dict[str, Any]], bool]) -> Fault:
    """Take such tokens for good ones."""

    def fault(asked: Asked, send: Send, connector: Connector) -> Answer:
        if asked.refreshes or not accepts(*asked.token):
            return send(asked)
        return send(replace(asked, headers={**asked.headers, "Authorization": connector.proofs["Authorization"]}))

    return fault


def header(**changes: str | None) -> Fault:
    """Change headers of every page; None takes one away."""

    def fault(asked: Asked, send: Send, _: Connector) -> Answer:
        answer = send(asked)
        named = {name.replace("_", "-"): value for name, value in changes.items()}
        kept = {name: value for name, value in answer.headers.items() if name not in named}
        return replace(answer, headers=kept | {name: value for name, value in named.items() if value is not None})

    return fault


def policy(old: str, new: str) -> Fault:
    """Change the content security policy."""

    def fault(asked: Asked, send: Send, _: Connector) -> Answer:
        answer = send(asked)
        if "Content-Security-Policy" not in answer.headers:
            return answer
        directives = [part.strip() for part in answer.headers["Content-Security-Policy"].split(";")]
        kept = [part for part in directives if not part.startswith(old)]
        changed = "; ".join([*kept, new] if new else kept)
        return replace(answer, headers={**answer.headers, "Content-Security-Policy": changed})

    return fault


def body(change: Callable[[str], str]) -> Fault:
    """Change every page."""

    def fault(asked: Asked, send: Send, _: Connector) -> Answer:
        answer = send(asked)
        return replace(answer, body=change(answer.body)) if asked.refreshes else answer

    return fault


def time_passes(asked: Asked, send: Send, connector: Connector) -> Answer:
    """No fault at all: the session is old when it is opened."""
    if asked.refreshes:
        connector.expire(asked.query["authorisation_id"])
    return send(asked)


def refuses_but_stores(asked: Asked, send: Send, connector: Connector) -> Answer:
    answer = send(asked)
    if answer.status == 401:
        connector.started(json.loads(asked.body)["resource"]["id"])
    return answer


def refuses_duplicates(asked: Asked, send: Send, connector: Connector) -> Answer:
    if asked.refreshes:
        return send(asked)
    known = asked.body in connector.seen
    connector.seen[asked.body] = answer = send(asked)
    return replace(answer, status=409) if known else answer


def answers(status: int, instead_of: int) -> Fault:
    """Answer with another status."""

    def fault(asked: Asked, send: Send, _: Connector) -> Answer:
        answer = send(asked)
        return replace(answer, status=status) if answer.status == instead_of else answer

    return fault


def refuses_other_types(asked: Asked, send: Send, _: Connector) -> Answer:
    answer = send(asked)
    return replace(answer, status=400) if "not_handled" in answer.body else answer


def opens_unknown(asked: Asked, send: Send, connector: Connector) -> Answer:
    answer = send(asked)
    if answer.status != 403:
        return answer
    connector.started(asked.query["authorisation_id"])
    return send(asked)


def opens_again(asked: Asked, send: Send, connector: Connector) -> Answer:
    answer = send(asked)
    if not asked.refreshes:
        return answer
    if answer.status == 410:
        return connector.seen[asked.query["authorisation_id"]]
    return connector.seen.setdefault(asked.query.get("authorisation_id", ""), answer)


def _mended(asked: Asked) -> Asked:
    complete = {"state": "s", "externalId": "e", **asked.query, "redirect_uri": "https://money.sage.com/"}
    return replace(asked, query=complete)


def mends_requests(asked: Asked, send: Send, _: Connector) -> Answer:
    answer = send(asked)
    return send(_mended(asked)) if asked.refreshes and answer.status == 400 else answer


def refuses_but_opens(asked: Asked, send: Send, _: Connector) -> Answer:
    answer = send(asked)
    if asked.refreshes and answer.status == 400:
        send(_mended(asked))
    return answer


def redirects_anywhere(asked: Asked, send: Send, _: Connector) -> Answer:
    answer = send(asked)
    if answer.status != 400 or "redirect_uri" not in asked.query:
        return answer
    return replace(answer, headers={**answer.headers, "Location": asked.query["redirect_uri"]})


def writes_the_query(asked: Asked, send: Send, _: Connector) -> Answer:
    answer = send(asked)
    return replace(answer, body=answer.body + asked.query.get("state", ""))


def always(navigates: bool) -> Fault:  # noqa: FBT001 - a switch that its caller names
    """Answer everyone as one kind of caller is answered."""

    def fault(asked: Asked, send: Send, _: Connector) -> Answer:
        kept = {name: value for name, value in asked.headers.items() if name != "Sec-Fetch-Mode"}
        return send(replace(asked, headers=kept | ({"Sec-Fetch-Mode": "navigate"} if navigates else {})))

    return fault


def expired(_: dict[str, Any], claims: dict[str, Any]) -> bool:
    return bool(claims) and claims["exp"] < time.time()
