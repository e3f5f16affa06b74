"""The requests that a person and Banking Service send, each for a session of its own, as API Gateway's events."""

import json
import time
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

from bs4 import BeautifulSoup

from benchmarks.runtime import Answer, Runtime
from benchmarks.upstream import Upstream
from local.machine.workspace import CHECKOUT

type Event = dict[str, Any]

REDIRECT_URI = "https://eu.sagebankdrive.com/return?journey=7"


class Traffic:
    """Makes events for one implementation. Its own warm functions bring a session to where a request needs it."""

    def __init__(self, upstream: Upstream, helpers: Mapping[str, Runtime]) -> None:
        self._upstream = upstream
        self._helpers = helpers

    def notification(
        self,
        authorisation_id: str | None = None,
        *,
        body: str | None = None,
        headers: Mapping[str, str] | None = None,
        token: str | None = None,
    ) -> Event:
        """Make POST /notification; what is not given is as Banking Service sends it."""
        notified = {
            "type": "resourceCreated",
            "resource": {"id": authorisation_id or str(uuid4()), "type": "authorisation", "url": "NA"},
            "additionalData": {"bankId": str(uuid4())},
        }
        proofs = {
            "x-api-key": self._upstream.credentials["notification_header_value"],
            "Authorization": f"Bearer {token or self._upstream.token()}",
        }
        return _event("notification", headers=proofs | dict(headers or {}), body=body or json.dumps(notified))

    def authrefresh(self, authorisation_id: str | None = None, **changes: str | None) -> Event:
        """Make GET /authrefresh for a notified session, or for the given id as it is."""
        query = {
            "bankaccount": str(uuid4()),
            "authorisation_id": authorisation_id or self.notified(),
            "redirect_uri": REDIRECT_URI,
            "state": str(uuid4()),
            "externalId": "account-4321",
        } | changes
        return _event("authrefresh", query={name: value for name, value in query.items() if value is not None})

    def completion_continue(self) -> Event:
        """Make POST /completion as the first page's Continue sends it."""
        return _press("continue", self._answered("authrefresh", self.authrefresh()))

    def completion_confirm(self) -> Event:
        """Make POST /completion as the consent page's Confirm sends it."""
        self._store_token()
        return _press("answer", self._answered("completion", self.completion_continue()))

    def notified(self) -> str:
        """Begin a session; return its id."""
        authorisation_id = str(uuid4())
        if "notification" not in self._helpers:
            # The floor stores no session.
            self.store({"authorisation_id": authorisation_id, "state": "notified"})
        else:
            self._answered("notification", self.notification(authorisation_id))
        return authorisation_id

    def store(self, item: Mapping[str, str], seconds: int = 1200) -> None:
        """Put an item into the table of sessions as it is, valid for so many seconds."""
        strings = {name: {"S": value} for name, value in item.items()}
        self._upstream.aws["dynamodb"].put_item(
            TableName=self._upstream.environment["AuthorisationsTable"],
            Item=strings | {"expires_at": {"N": str(int(time.time()) + seconds)}},
        )

    def expire(self, authorisation_id: str) -> None:
        """Let a session's time be over."""
        self._upstream.aws["dynamodb"].update_item(
            TableName=self._upstream.environment["AuthorisationsTable"],
            Key={"authorisation_id": {"S": authorisation_id}},
            UpdateExpression="SET expires_at = :past",
            ExpressionAttributeValues={":past": {"N": str(int(time.time()) - 1)}},
        )

    def _answered(self, function: str, event: Event) -> Answer:
        answer = self._helpers[function].invoke(event)
        if answer.status != 200:  # noqa: PLR2004 - every preparation succeeds
            raise RuntimeError(f"{function} answered {answer.status}: {answer.body[:300]}")
        return answer

    def _store_token(self) -> None:
        """Share a Sage ID token, as the scheduled renewal does ahead of any customer."""
        now = int(time.time())
        token = self._upstream.authority.issue("https://provider-api.example", "provider", 28_800)
        kept = {"access_token": token, "expires_at": now + 28_800, "obtained_at": now, "replacement": False}
        self._upstream.aws["secretsmanager"].put_secret_value(
            SecretId=self._upstream.environment["TokenSecret"], SecretString=json.dumps(kept)
        )


FUNCTIONS: dict[str, tuple[str, Callable[[Traffic], Event], frozenset[int]]] = {
    "GET /authrefresh": ("authrefresh", Traffic.authrefresh, frozenset({200})),
    "POST /notification": ("notification", Traffic.notification, frozenset({200})),
    "POST /completion (Continue)": ("completion", Traffic.completion_continue, frozenset({200})),
    "POST /completion (Confirm)": ("completion", Traffic.completion_confirm, frozenset({303})),
}
"""By what is requested: the function that answers, how an event is made, and the status that it must have."""


def _event(
    function: str,
    *,
    query: Mapping[str, str] | None = None,
    headers: Mapping[str, str] | None = None,
    body: str | None = None,
) -> Event:
    event: Event = json.loads((CHECKOUT / "events" / f"{function}.json").read_text())
    if query is not None:
        event["queryStringParameters"] = dict(query)
        event["multiValueQueryStringParameters"] = {name: [value] for name, value in query.items()}
    for name, value in (headers or {}).items():
        event["headers"][name] = value
        event["multiValueHeaders"][name] = [value]
    if body is not None:
        event["body"] = body
    return event


def _press(do: str, page: Answer) -> Event:
    """Press the page's button that does so, in the browser that the page was for."""
    html = BeautifulSoup(page.body, "html.parser")
    button = html.find("button", attrs={"name": "do", "value": do})
    form = button.find_parent("form") if button else None
    if form is None:
        raise RuntimeError(f"no button {do} in {page.body[:600]}")
    fields = {str(field["name"]): str(field["value"]) for field in form.find_all("input", type="hidden")}
    cookies = page.headers.get("Set-Cookie", "").partition(";")[0]
    return _event("completion", headers={"Cookie": cookies} if cookies else {}, body=urlencode(fields | {"do": do}))
