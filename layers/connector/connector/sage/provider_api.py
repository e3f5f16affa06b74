"""The Provider API: what we tell Banking Service. Paths, headers and bodies as Sage's pages give them."""

from dataclasses import dataclass
from http import HTTPStatus
from urllib.parse import quote

import requests
from urllib3.exceptions import ConnectTimeoutError, NewConnectionError

from connector.credentials import CredentialsVault
from connector.sage.messages import AuthorisationResult, PatchAuthorisation
from connector.sage.tokens import Token, Tokens


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back. Without a status nothing did, and `sent` tells whether the request may have arrived."""

    status: int | None
    retry_after: float | None = None
    """Seconds, as the answer's header asks (RFC 9110 section 10.2.3)."""
    sent: bool = True


class ProviderApi:
    """A client of the Provider API."""

    CONNECT_SECONDS = 2.0

    def __init__(self, url: str, credentials: CredentialsVault, tokens: Tokens) -> None:
        self._url = url
        self._credentials = credentials
        self._tokens = tokens
        self._session = requests.Session()

    def patch_authorisation(self, authorisation_id: str, status: str, *, timeout: float) -> Answer:
        """Tell the outcome of an authorisation. Raise TokenUnavailable; every other trouble is an Answer."""
        body = PatchAuthorisation(data=AuthorisationResult(status=status)).model_dump_json()
        return self._send("PATCH", f"/authorisations/{quote(authorisation_id, safe='')}", body, timeout)

    def _send(self, method: str, path: str, body: str, timeout: float) -> Answer:
        """Send with the shared token; where that is not accepted, once more with another (Sage: "refreshed on 401")."""
        token = self._tokens.get()
        answer = self._once(method, path, body, timeout, token)
        if answer.status == HTTPStatus.UNAUTHORIZED:
            answer = self._once(method, path, body, timeout, self._tokens.get(instead_of=token))
        return answer

    def _once(self, method: str, path: str, body: str, timeout: float, token: Token) -> Answer:
        headers = {
            "Authorization": f"Bearer {token.value}",
            "x-api-key": self._credentials.get().api_key,
            "Content-Type": "application/json",
        }
        try:
            response = self._session.request(
                method,
                f"{self._url}{path}",
                data=body,
                headers=headers,
                timeout=(min(self.CONNECT_SECONDS, timeout), timeout),
                allow_redirects=False,
            )
        except requests.RequestException as error:
            return Answer(None, sent=_may_have_arrived(error))
        return Answer(response.status_code, _seconds(response.headers.get("Retry-After")))


def _may_have_arrived(error: requests.RequestException) -> bool:
    """Tell whether the request may have left: it has not where no connection was ever made."""
    cause = getattr(error.args[0], "reason", None) if error.args else None
    return not isinstance(cause, NewConnectionError | ConnectTimeoutError)


def _seconds(retry_after: str | None) -> float | None:
    """Read `Retry-After` where it is a number of seconds; Sage's answers are not known to use dates."""
    return float(retry_after) if retry_after and retry_after.isdecimal() else None
