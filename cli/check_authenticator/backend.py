"""The backend under test, as the connector's authenticator `steps` reaches it."""

import secrets
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any
from uuid import uuid4

import requests

from cli.check.findings import NotTestableError, RequirementBrokenError
from connector.authenticators.port import (
    Ask,
    AuthenticatorResult,
    AuthenticatorUnavailableError,
    Field,
    Granted,
    Kind,
)
from connector.authenticators.steps.authenticator import LARGEST_ANSWER, read_step
from connector.runtime.bounded_http import bound

JOURNEY_SECONDS = 1200
_CHOSEN = {Kind.CHOICE, Kind.CONFIRMATION}
GONE = {HTTPStatus.NOT_FOUND, HTTPStatus.GONE}


@dataclass(frozen=True)
class Journey:
    """A journey of the backend, and its first step."""

    journey_id: str
    first: AuthenticatorResult


@dataclass
class Backend:
    """The backend's base URL, and what the check knows of its customers."""

    url: str
    api_key: str
    external_id: str
    seconds: float
    """How long the connector waits for an answer (`AuthenticatorTimeoutSeconds`)."""
    answers: Sequence[Mapping[str, str]] = ()
    """The right answers of a test customer, step by step."""
    begun: list[str] = field(default_factory=list)
    """The journeys that were begun and not ended."""

    def __post_init__(self) -> None:
        self._http = bound(requests.Session(), self.seconds, largest=LARGEST_ANSWER)

    def request(
        self, method: str, path: str, *, headers: Mapping[str, str | None] | None = None, body: object = None
    ) -> requests.Response:
        """Send a request with the API key and a new idempotency key. `headers` replaces some; None removes one."""
        usual: dict[str, str | None] = {"Authorization": f"Bearer {self.api_key}"}
        if method == "POST":
            usual["Idempotency-Key"] = new_key()
        sent = {name: value for name, value in {**usual, **(headers or {})}.items() if value is not None}
        content: dict[str, Any] = {} if body is None else {"json": body}
        return self._http.request(method, f"{self.url}/v1/journeys{path}", headers=sent, **content)

    def new_journey(self, **changes: str) -> dict[str, str]:
        """Return the body of a request that begins a journey."""
        expires_at = datetime.fromtimestamp(time.time() + JOURNEY_SECONDS, UTC).isoformat()
        described = {"authorisationId": str(uuid4()), "externalId": self.external_id, "locale": "en"}
        return described | {"expiresAt": expires_at} | changes

    def begin(self, key: str | None = None, body: Mapping[str, str] | None = None) -> Journey:
        """Begin a journey. Raise RequirementBrokenError where the answer is not described."""
        headers = {"Idempotency-Key": key or new_key()}
        answer = self.request("POST", "", headers=headers, body=body or self.new_journey())
        first = described(answer, HTTPStatus.CREATED)
        journey = Journey(str(answer.json()["journeyId"]), first)
        self.begun.append(journey.journey_id)
        return journey

    def answer(self, journey: Journey, answers: Mapping[str, str], key: str | None = None) -> AuthenticatorResult:
        """Answer a step. Raise RequirementBrokenError where the answer is not described."""
        headers = {"Idempotency-Key": key or new_key()}
        answer = self.request(
            "POST", f"/{journey.journey_id}/answers", headers=headers, body={"answers": dict(answers)}
        )
        return described(answer, HTTPStatus.OK, journey.journey_id)

    def current(self, journey: Journey) -> AuthenticatorResult:
        """Return the current step. Raise RequirementBrokenError where the answer is not described."""
        return described(self.request("GET", f"/{journey.journey_id}"), HTTPStatus.OK, journey.journey_id)

    def end_all(self) -> None:
        """End the journeys that were begun, as far as the backend lets it."""
        for journey_id in self.begun:
            try:
                self.request("DELETE", f"/{journey_id}")
            except requests.RequestException:
                return


def new_key() -> str:
    """Return an idempotency key."""
    return secrets.token_hex(32)


def described(answer: requests.Response, status: HTTPStatus, journey_id: str | None = None) -> AuthenticatorResult:
    """Read an answer as the connector does. Raise RequirementBrokenError where it is not described."""
    try:
        return read_step(answer, status, journey_id)
    except AuthenticatorUnavailableError as error:
        raise RequirementBrokenError(str(error)) from None


def wrong_answers(step: AuthenticatorResult) -> dict[str, str]:
    """Return answers that no customer would give. Raise NotTestableError where a step cannot be answered wrongly."""
    if not isinstance(step, Ask) or all(field.kind in _CHOSEN for field in step.fields):
        raise NotTestableError("the first step asks for nothing that can be wrong")
    return {field.name: _wrong(field) for field in step.fields}


def _wrong(field: Field) -> str:
    match field.kind:
        case Kind.CHOICE:
            return field.options[0].value
        case Kind.CONFIRMATION:
            return "yes"
        case Kind.CODE:
            return f"{secrets.randbelow(10**12):012}"
        case _:
            return f"connector-check-{secrets.token_hex(8)}"


def is_granted(step: AuthenticatorResult) -> bool:
    """Tell whether a step is `granted`."""
    return isinstance(step, Granted)
