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
from connector.aws.credentials import retry_refused
from connector.runtime.bounded_http import bound
from connector.runtime.settings import ConfigurationError

_GONE = {HTTPStatus.NOT_FOUND, HTTPStatus.GONE}


class Steps(Authenticator):
    """A client of the provider's backend."""

    def __init__(self, configuration: Configuration) -> None:
        super().__init__(configuration)
        settings = configuration.settings
        if not settings.authenticator_url:
            raise ConfigurationError("Authenticator=steps needs AuthenticatorUrl, the base URL of your backend")
        self._url = f"{settings.authenticator_url.rstrip('/')}/v1/journeys"
        self._session = bound(requests.Session(), settings.authenticator_timeout_seconds)

    def begin(self, visit: Visit) -> AuthenticatorResult:
        """Have the backend begin a journey."""
        journey = messages.NewJourney(
            authorisation_id=visit.authorisation_id,
            external_id=visit.external_id,
            bank_id=visit.bank_id,
            locale=visit.locale,
            expires_at=datetime.fromtimestamp(visit.expires_at, UTC).isoformat(),
        )
        return self._call("POST", "", journey, visit.key)

    def resume(self, visit: Visit, answer: Answer) -> AuthenticatorResult:
        """Send the backend an answer, or poll for the current step."""
        if isinstance(answer, Answers):
            return self._call(
                "POST", f"/{visit.memory}/answers", messages.Answers(answers=dict(answer.by_name)), visit.key
            )
        return self._call("GET", f"/{visit.memory}")

    def cancel(self, visit: Visit) -> None:
        """Delete the journey at the backend."""
        if visit.memory:
            self._send("DELETE", f"/{visit.memory}")

    def _call(
        self, method: str, path: str, message: messages.Message | None = None, key: str = ""
    ) -> AuthenticatorResult:
        answer = self._send(method, path, message, key)
        if path and answer.status_code in _GONE:
            return Denied(final=False)
        if not answer.ok:
            raise AuthenticatorUnavailableError(f"the backend answered {answer.status_code}")
        try:
            return messages.Journey.model_validate_json(answer.content).result()
        except ValidationError as error:
            where = ".".join(str(part) for part in error.errors()[0]["loc"])
            raise AuthenticatorUnavailableError(
                f"the backend's answer is not as docs/authenticator-api.yaml says, at {where}"
            ) from None

    def _send(
        self, method: str, path: str, message: messages.Message | None = None, key: str = ""
    ) -> requests.Response:
        return retry_refused(
            self.secret.get("authenticator_api_key"),
            lambda: self.secret.reload("authenticator_api_key"),
            lambda api_key: self._once(method, path, message, key, api_key),
            refused=lambda answer: answer.status_code == HTTPStatus.UNAUTHORIZED,
        )

    def _once(
        self, method: str, path: str, message: messages.Message | None, key: str, api_key: str
    ) -> requests.Response:
        headers = {"Authorization": f"Bearer {api_key}"}
        if message is not None:
            headers |= {"Content-Type": "application/json", "Idempotency-Key": key}
        body = message.model_dump_json(by_alias=True, exclude_none=True) if message is not None else None
        try:
            return self._session.request(method, f"{self._url}{path}", data=body, headers=headers)
        except requests.RequestException as error:
            raise AuthenticatorUnavailableError(f"the backend cannot be reached: {type(error).__name__}") from None
