"""The effect of a fault on the HTTP response."""

import time
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from flask import Response, request

from simulator.rules.faults import Fault, Kind

if TYPE_CHECKING:
    from collections.abc import Iterable

    from _typeshed.wsgi import StartResponse, WSGIEnvironment

type SideEffects = Mapping[Kind, Callable[[str], None]]
"""The effects of some kinds of faults, before the party reads the request. The argument is its `Authorization`."""


class NoResponse(Response):
    """Closes the connection instead of a response. For werkzeug, the client has disconnected."""

    def __call__(
        self,
        environ: "WSGIEnvironment",  # noqa: ARG002 - WSGI's signature
        start_response: "StartResponse",  # noqa: ARG002 - likewise
    ) -> "Iterable[bytes]":
        """Send nothing."""
        raise ConnectionAbortedError


def respond_with(fault: Fault, execute: Callable[[], Response], side_effects: SideEffects) -> Response:
    """Respond to a request with a fault."""
    match fault.kind:
        case Kind.STATUS:
            return _status(fault)
        case Kind.DROP_BEFORE:
            return NoResponse()
        case Kind.DELAY:
            time.sleep(fault.seconds)
        case Kind.TWICE:
            execute()
        case Kind.REVOKE_TOKEN | Kind.ROTATE_SECRET:
            side_effects[fault.kind](request.headers.get("Authorization", ""))
        case _:
            return _corrupted(fault, execute())
    return execute()


def _corrupted(fault: Fault, response: Response) -> Response:
    """Change the response to a request that was executed."""
    match fault.kind:
        case Kind.STATUS_AFTER:
            return _status(fault)
        case Kind.DROP_AFTER:
            return NoResponse()
        case Kind.MALFORMED:
            response.set_data(b'{"data": ')
        case Kind.TRUNCATED:
            _truncate(response)
    return response


def _truncate(response: Response) -> None:
    """Send half of the body under the Content-Length of the whole."""
    body: Any = response.get_data() or b"{}"
    response.automatically_set_content_length = False
    response.set_data(body[: len(body) // 2])
    response.headers["Content-Length"] = str(len(body))


def _status(fault: Fault) -> Response:
    response = Response(status=fault.status)
    if fault.retry_after is not None:
        response.headers["Retry-After"] = fault.retry_after
    return response
