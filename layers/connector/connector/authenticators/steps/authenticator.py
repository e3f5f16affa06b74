"""`steps`: the provider's backend returns one step after another (docs/authenticator-api.yaml).

This code passes answers on and keeps none: not in memory after the request, not in the table, not in the log.
"""

from datetime import UTC, datetime
from http import HTTPStatus

import requests
from pydantic import ValidationError

from connector.authenticators.configuration import Configuration
from connector.authenticators.port import (
    Answer,
    Answers,
    Authenticator,
    AuthenticatorResult,
    AuthenticatorUnavailableError,
    Denied,
    Visit,
)
from connector.authenticators.steps import messages
from connector.aws.vault import retry_refused
from connector.runtime.bounded_http import bound
from connector.runtime.settings import ConfigurationError

_GONE = {HTTPStatus.NOT_FOUND, HTTPStatus.GONE}
LARGEST_ANSWER = 1024 * 1024
"""Bytes: a thousand account ids of 256 characters of UTF-8."""
LARGEST_STEP = 64 * 1024
"""Bytes of an answer with another step than `granted`. The session stores such a step, in an item of at most 400 kB."""


class Steps(Authenticator):
    """A client of the provider's backend."""

    def __init__(self, configuration: Configuration) -> None:
        super().__init__(configuration)
        settings = configuration.settings
        if not settings.authenticator_url:
            raise ConfigurationError("Authenticator=steps needs AuthenticatorUrl, the base URL of your backend")
        self._url = f"{settings.authenticator_url.rstrip('/')}/v1/journeys"

    def begin(self, visit: Visit) -> AuthenticatorResult:
        """Have the backend begin a journey."""
        journey = messages.NewJourney(
            authorisation_id=visit.authorisation_id,
            external_id=visit.external_id,
            bank_id=visit.bank_id,
            locale=visit.locale,
            expires_at=datetime.fromtimestamp(visit.expires_at, UTC).isoformat(),
        )
        return read_step(self._send("POST", "", journey, visit.key), HTTPStatus.CREATED)

    def resume(self, visit: Visit, answer: Answer) -> AuthenticatorResult:
        """Send the backend an answer, or poll for the current step."""
        if isinstance(answer, Answers):
            given = messages.Answers(answers=dict(answer.by_name))
            return self._step(visit.memory, self._send("POST", f"/{visit.memory}/answers", given, visit.key))
        return self._step(visit.memory, self._send("GET", f"/{visit.memory}"))

    def cancel(self, visit: Visit) -> None:
        """Delete the journey at the backend."""
        if visit.memory:
            self._send("DELETE", f"/{visit.memory}")

    @staticmethod
    def _step(journey_id: str, answer: requests.Response) -> AuthenticatorResult:
        if answer.status_code in _GONE:
            return Denied(final=False)
        return read_step(answer, HTTPStatus.OK, journey_id)

    def _send(
        self, method: str, path: str, message: messages.Request | None = None, key: str = ""
    ) -> requests.Response:
        headers, body = {}, None
        if message is not None:
            headers = {"Content-Type": "application/json", "Idempotency-Key": key}
            body = message.model_dump_json(by_alias=True, exclude_none=True)

        def send(api_key: str) -> requests.Response:
            authorization = {"Authorization": f"Bearer {api_key}"}
            return session.request(method, f"{self._url}{path}", data=body, headers=headers | authorization)

        seconds = self.settings.authenticator_timeout_seconds
        with bound(requests.Session(), seconds, altogether=True, largest=LARGEST_ANSWER) as session:
            try:
                return retry_refused(
                    self.secret.get("authenticator_api_key"),
                    lambda: self.secret.reload("authenticator_api_key"),
                    send,
                    refused=lambda answer: answer.status_code == HTTPStatus.UNAUTHORIZED,
                )
            except requests.RequestException as error:
                raise AuthenticatorUnavailableError(f"the backend cannot be reached: {type(error).__name__}") from None


def read_step(answer: requests.Response, status: HTTPStatus, journey_id: str | None = None) -> AuthenticatorResult:
    """Return the step of an answer to journey `journey_id`; None: of a new one. Raise AuthenticatorUnavailableError."""
    if answer.status_code != status:
        raise AuthenticatorUnavailableError(f"the backend answered {answer.status_code} instead of {status}")
    if answer.headers.get("Content-Type", "").partition(";")[0].strip().lower() != "application/json":
        raise _undescribed("its content type")
    try:
        journey = messages.Journey.model_validate_json(answer.content)
    except ValidationError as error:
        first = error.errors()[0]
        raise _undescribed(f"{'.'.join(str(part) for part in first['loc'])} ({first['type']})") from None
    if journey_id not in (None, journey.journey_id):
        raise _undescribed("journeyId: it is another journey's")
    if len(answer.content) > LARGEST_STEP and not isinstance(journey.step, messages.Granted):
        raise _undescribed("step: it is too large")
    return journey.result()


def _undescribed(where: str) -> AuthenticatorUnavailableError:
    return AuthenticatorUnavailableError(f"the backend's answer is not as docs/authenticator-api.yaml says, at {where}")
