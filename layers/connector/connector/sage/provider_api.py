"""The Provider API: what we tell Banking Service. Paths, headers and bodies as Sage's pages give them."""

from collections.abc import Callable
from dataclasses import dataclass, field
from http import HTTPStatus
from urllib.parse import quote

import requests
from pydantic import BaseModel, ValidationError
from urllib3.exceptions import ConnectTimeoutError, NewConnectionError

from connector.aws.credentials import Credentials, Vault
from connector.runtime.deadline import call_with_deadline
from connector.sage import retry_after
from connector.sage.messages import (
    AccountQuery,
    AccountQueryData,
    AuthorisationResult,
    PatchAuthorisation,
    PostStatement,
)
from connector.sage.tokens import Token, Tokens

NOT_ACCEPTED = frozenset({HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN})
"""Sage documents 401 for a token or API key that is not accepted; gateways before an API answer 403 to a key."""


@dataclass(frozen=True, slots=True)
class ApiResponse:
    """What came back. Without a status nothing did, and `sent` tells whether the request may have arrived."""

    status: int | None
    retry_after: float | None = None
    """Seconds, as the answer's header asks (RFC 9110 section 10.2.3)."""
    sent: bool = True
    body: bytes = field(default=b"", repr=False, compare=False)

    @property
    def ok(self) -> bool:
        """Whether Banking Service did what it was asked."""
        return self.status is not None and HTTPStatus.OK <= self.status < HTTPStatus.MULTIPLE_CHOICES

    @property
    def refuses(self) -> bool:
        """Whether Banking Service blames the request."""
        return self.status is not None and HTTPStatus.BAD_REQUEST <= self.status < HTTPStatus.INTERNAL_SERVER_ERROR

    def read[Model: BaseModel](self, model: type[Model]) -> Model | None:
        """Read the body; None where it is not what Sage documents."""
        try:
            return model.model_validate_json(self.body)
        except ValidationError:
            return None


class ProviderApi:
    """A client of the Provider API. Every request waits for its `turn`."""

    CONNECT_SECONDS = 2.0

    def __init__(
        self, url: str, credentials: Vault[Credentials], tokens: Tokens, turn: Callable[[], None] = lambda: None
    ) -> None:
        self._url = url
        self._credentials = credentials
        self._tokens = tokens
        self._turn = turn

    def patch_authorisation(self, authorisation_id: str, status: str, *, timeout: float) -> ApiResponse:
        """Tell the outcome of an authorisation. Raise TokenUnavailableError; every other trouble is an ApiResponse."""
        body = PatchAuthorisation(data=AuthorisationResult(status=status)).model_dump_json()
        return self._send("PATCH", f"/authorisations/{quote(authorisation_id, safe='')}", body, timeout)

    def post_statement(self, bank_account_id: str, bank_id: str, *, timeout: float) -> ApiResponse:
        """Mark an account `authRequired`. Raise TokenUnavailableError."""
        body = PostStatement.requiring_authorisation(bank_account_id, bank_id).model_dump_json(by_alias=True)
        return self._send("POST", "/statements", body, timeout)

    def get_statement(self, statement_id: str, *, timeout: float) -> ApiResponse:
        """Ask what became of a statement. Raise TokenUnavailableError."""
        return self._send("GET", f"/statements/{quote(statement_id, safe='')}", None, timeout)

    def query_account(self, bank_id: str, external_id: str, *, timeout: float) -> ApiResponse:
        """Ask for an account by the provider's own id of it. Raise TokenUnavailableError."""
        query = AccountQuery(data=AccountQueryData(bank_id=bank_id, external_id=external_id))
        return self._send("POST", "/accountqueries", query.model_dump_json(by_alias=True), timeout)

    def _send(self, method: str, path: str, body: str | None, timeout: float) -> ApiResponse:
        """Send with the shared token; where that is not accepted, once more with another (Sage: "refreshed on 401").

        The API key may have been rotated just as well, so that is looked up again too.
        """
        token = self._tokens.get()
        answer = self._once(method, path, body, timeout, token)
        if answer.status in NOT_ACCEPTED:
            self._credentials.reload()
            token = self._tokens.get(instead_of=token)
            answer = self._once(method, path, body, timeout, token)
        if answer.status is not None and answer.status not in NOT_ACCEPTED:
            self._tokens.accepted(token)
        return answer

    def _once(self, method: str, path: str, body: str | None, timeout: float, token: Token) -> ApiResponse:
        headers = {
            "Authorization": f"Bearer {token.value}",
            "x-api-key": self._credentials.get().api_key,
            "Content-Type": "application/json",
        }
        self._turn()
        try:
            # A connection of its own: one that was kept while Lambda slept is often gone, and whoever sends on it
            # cannot know whether the request arrived.
            response = call_with_deadline(
                timeout,
                lambda: requests.request(
                    method,
                    f"{self._url}{path}",
                    data=body,
                    headers=headers,
                    timeout=(min(self.CONNECT_SECONDS, timeout), timeout),
                    allow_redirects=False,
                    stream=True,
                ),
            )
        except requests.RequestException as error:
            return ApiResponse(None, sent=_may_have_arrived(error))
        wait = retry_after.seconds(response.headers.get("Retry-After"))
        return ApiResponse(response.status_code, wait, body=_content(response, timeout))


def _content(response: requests.Response, timeout: float) -> bytes:
    """Read the body. Where it breaks off it says nothing; the status, which came first, stands."""
    try:
        return call_with_deadline(timeout, lambda: response.content)
    except requests.RequestException:
        return b""


_NEVER_SENT = (requests.exceptions.InvalidHeader, requests.exceptions.InvalidURL, requests.exceptions.InvalidSchema)
_NEVER_CONNECTED = (requests.exceptions.SSLError, requests.exceptions.ProxyError)


def _may_have_arrived(error: requests.RequestException) -> bool:
    """Tell whether the request may have left: it has not where no connection was ever made."""
    cause = getattr(error.args[0], "reason", None) if error.args else None
    return not isinstance(error, _NEVER_SENT + _NEVER_CONNECTED) and not isinstance(
        cause, NewConnectionError | ConnectTimeoutError
    )
