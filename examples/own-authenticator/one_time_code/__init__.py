"""An authenticator of a provider's own: a one-time code that the provider's message service sends to its customer.

The service has two calls, both authenticated with `message_service_key` of the authenticator secret:

    POST {AuthenticatorUrl}/codes       {"account": "…", "language": "fr", "sender": "…"}
        202 {"id": "…", "sentTo": "•••• 89"}
    POST {AuthenticatorUrl}/codes/{id}  {"code": "246810"}
        200 {"outcome": "right", "account": "…"}

`outcome` may also be `wrong` or `expired`. Deploy the connector with `Authenticator=one_time_code:OneTimeCode`, and
with this layer's ARN as `AuthenticatorLayerArn`. `AuthenticatorSettings={"sender": "Example Bank"}` names the sender.
"""

from collections.abc import Mapping
from typing import Any

import requests

from connector.authenticators.configuration import Configuration
from connector.authenticators.port import (
    Answer,
    Answers,
    Ask,
    Authenticator,
    AuthenticatorResult,
    AuthenticatorUnavailableError,
    Denied,
    Field,
    Granted,
    Kind,
    Visit,
)
from connector.runtime.bounded_http import bound

WORDS: Mapping[str, tuple[str, str]] = {
    "en": ("We have sent a code to {}.", "That is not the code. Look at the newest message."),
    "fr": ("Nous avons envoyé un code au {}.", "Ce n’est pas le code. Regardez le message le plus récent."),  # noqa: RUF001 - French
}


class OneTimeCode(Authenticator):
    """Ask for the code; what it proves is which account it was sent for."""

    def __init__(self, configuration: Configuration) -> None:
        super().__init__(configuration)
        self._sender = str(self.settings.authenticator_settings.get("sender", ""))
        self._session = bound(requests.Session(), self.settings.authenticator_timeout_seconds)

    def begin(self, visit: Visit) -> AuthenticatorResult:
        """Have a code sent. The key lets the service send one message where it is asked twice."""
        wanted = {"account": visit.external_id, "language": visit.locale, "sender": self._sender}
        sent = self._post("/codes", wanted, visit.key)
        # The memory comes back with the answer. It is stored, so nothing secret goes into it.
        return self._question(visit, str(sent["sentTo"]), memory=f"{sent['id']} {sent['sentTo']}")

    def resume(self, visit: Visit, answer: Answer) -> AuthenticatorResult:
        """Have the code checked."""
        if not isinstance(answer, Answers):
            raise AuthenticatorUnavailableError("only a code is expected")
        code_id, _, sent_to = visit.memory.partition(" ")
        checked = self._post(f"/codes/{code_id}", {"code": answer.by_name["code"]}, visit.key)
        match checked["outcome"]:
            case "right":
                return Granted(frozenset({str(checked["account"])}))
            case "wrong":
                return self._question(visit, sent_to, error=_words(visit)[1])
            case _:
                return Denied(final=False)

    @staticmethod
    def _question(visit: Visit, sent_to: str, *, error: str = "", memory: str = "") -> Ask:
        code = Field(name="code", kind=Kind.CODE, hint=_words(visit)[0].format(sent_to), error=error)
        return Ask(fields=(code,), memory=memory)

    def _post(self, path: str, body: Mapping[str, str], key: str) -> dict[str, Any]:
        api_key = self.secret.get("message_service_key")
        headers = {"Authorization": f"Bearer {api_key}", "Idempotency-Key": key}
        try:
            answer = self._session.post(f"{self.settings.authenticator_url}{path}", json=dict(body), headers=headers)
            answer.raise_for_status()
            found: dict[str, Any] = answer.json()
        except (requests.RequestException, ValueError) as error:
            # Its kind only: the error's own text may quote what was sent.
            raise AuthenticatorUnavailableError(f"the message service: {type(error).__name__}") from None
        return found


def _words(visit: Visit) -> tuple[str, str]:
    return WORDS.get(visit.locale.partition("-")[0], WORDS["en"])
