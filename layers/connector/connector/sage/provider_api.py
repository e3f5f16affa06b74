"""The Provider API of Banking Service. Paths, headers and bodies are those of Sage's pages."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple
from urllib.parse import quote

import requests
from urllib3.exceptions import ConnectTimeoutError, NewConnectionError

from connector import USER_AGENT
from connector.aws.errors import ServiceUnavailableError
from connector.aws.vault import Vault, retry_refused
from connector.runtime.deadline import call_with_deadline
from connector.runtime.owned_connections import owned_session
from connector.runtime.settings import ConfigurationError
from connector.sage import retry_after
from connector.sage.api_response import NOT_ACCEPTED, ApiResponse, NotSentError
from connector.sage.credentials import ApiKey
from connector.sage.messages import (
    AccountQuery,
    AccountQueryData,
    AuthorisationResult,
    PatchAuthorisation,
    PostStatement,
)
from connector.sage.tokens import Token, Tokens, TokenUnavailableError


class _Request(NamedTuple):
    method: str
    path: str
    body: str | None
    timeout: float


@dataclass
class ProviderApi:
    """A client of the Provider API. It calls `turn` before each request, to keep to a rate.

    Every method returns an ApiResponse for whatever happens to the request, also for no response at all. Every method
    raises one error: NotSentError. `timeout` is in seconds and bounds each of at most two requests.
    """

    url: str
    api_key: Vault[ApiKey]
    tokens: Tokens
    turn: Callable[[], None] = lambda: None

    CONNECT_SECONDS = 2.0

    def patch_authorisation(self, authorisation_id: str, status: str, *, timeout: float) -> ApiResponse:
        """Report the outcome of an authorisation."""
        body = PatchAuthorisation(data=AuthorisationResult(status=status)).model_dump_json()
        return self._send(_Request("PATCH", f"/authorisations/{quote(authorisation_id, safe='')}", body, timeout))

    def post_statement(self, bank_account_id: str, bank_id: str, *, timeout: float) -> ApiResponse:
        """Mark an account `authRequired`."""
        body = PostStatement.requiring_authorisation(bank_account_id, bank_id).model_dump_json(by_alias=True)
        return self._send(_Request("POST", "/statements", body, timeout))

    def get_statement(self, statement_id: str, *, timeout: float) -> ApiResponse:
        """Read the status of a statement."""
        return self._send(_Request("GET", f"/statements/{quote(statement_id, safe='')}", None, timeout))

    def query_account(self, bank_id: str, external_id: str, *, timeout: float) -> ApiResponse:
        """Read an account by the provider's own id."""
        query = AccountQuery(data=AccountQueryData(bank_id=bank_id, external_id=external_id))
        return self._send(_Request("POST", "/accountqueries", query.model_dump_json(by_alias=True), timeout))

    def _send(self, request: _Request) -> ApiResponse:
        """Send a request; where the token or the API key is refused, once more with others (Sage: refresh on 401)."""
        try:
            token = self.tokens.get()
            return retry_refused(
                (self.api_key.get().api_key, token),
                lambda: (self.api_key.reload().api_key, self.tokens.get(instead_of=token)),
                lambda proofs: self._once(request, *proofs),
                refused=lambda response: response.status in NOT_ACCEPTED,
            )
        except TokenUnavailableError as error:
            raise NotSentError(str(error), retry_after=error.retry_after) from error
        except (ConfigurationError, ServiceUnavailableError) as error:
            raise NotSentError(str(error)) from error

    def _once(self, request: _Request, api_key: str, token: Token) -> ApiResponse:
        headers = {
            "Authorization": f"Bearer {token.value}",
            "x-api-key": api_key,
            "Content-Type": "application/json",
            "User-Agent": USER_AGENT,
        }
        responses: list[requests.Response] = []

        def exchange() -> bytes:
            # A new connection each time: one that was kept while Lambda was frozen is often closed by the server, and
            # a request that fails on it may or may not have arrived.
            with owned_session() as session:
                response = session.request(
                    request.method,
                    f"{self.url}{request.path}",
                    data=request.body,
                    headers=headers,
                    timeout=(min(self.CONNECT_SECONDS, request.timeout), request.timeout),
                    allow_redirects=False,
                    stream=True,
                )
                responses.append(response)
                return response.content

        self.turn()
        try:
            body = call_with_deadline(request.timeout, exchange)
        except requests.RequestException as error:
            if not responses:
                return ApiResponse(None, sent=_may_have_arrived(error))
            body = b""  # the status came before the body, and stays valid
        [response] = responses
        if response.status_code not in NOT_ACCEPTED:
            self.tokens.accepted(token)
        wait = retry_after.seconds(response.headers.get("Retry-After"))
        return ApiResponse(response.status_code, wait, body=body)


_NEVER_SENT = (requests.exceptions.InvalidHeader, requests.exceptions.InvalidURL, requests.exceptions.InvalidSchema)
_NEVER_CONNECTED = (requests.exceptions.SSLError, requests.exceptions.ProxyError)


def _may_have_arrived(error: requests.RequestException) -> bool:
    """Tell whether the request may have arrived: it has not where no connection was made."""
    cause = getattr(error.args[0], "reason", None) if error.args else None
    return not isinstance(error, _NEVER_SENT + _NEVER_CONNECTED) and not isinstance(
        cause, NewConnectionError | ConnectTimeoutError
    )
