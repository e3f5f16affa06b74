"""What a fault looks like on the wire."""

import time
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from flask import Response, request

from simulator.rules.faults import Fault, Kind

if TYPE_CHECKING:
    from collections.abc import Iterable

    from _typeshed.wsgi import StartResponse, WSGIEnvironment

type Deeds = Mapping[Kind, Callable[[str], None]]
"""What a party does before it looks at a request, given the request's `Authorization`."""


class NoResponse(Response):
    """The connection is closed instead: werkzeug's server takes it that the client has gone."""

    def __call__(
        self,
        environ: "WSGIEnvironment",  # noqa: ARG002 - WSGI's signature
        start_response: "StartResponse",  # noqa: ARG002 - likewise
    ) -> "Iterable[bytes]":
        """Send nothing."""
        raise ConnectionAbortedError


def suffer(fault: Fault, carry_out: Callable[[], Response], deeds: Deeds) -> Response:
    """Answer a request that meets a fault."""
    match fault.kind:
        case Kind.STATUS:
            return _status(fault)
        case Kind.DROP_BEFORE:
            return NoResponse()
        case Kind.DELAY:
            time.sleep(fault.seconds)
        case Kind.REVOKE_TOKEN | Kind.ROTATE_SECRET:
            deeds[fault.kind](request.headers.get("Authorization", ""))
        case _:
            return _spoiled(fault, carry_out())
    return carry_out()


def _spoiled(fault: Fault, response: Response) -> Response:
    """Spoil the answer to a request that was carried out."""
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
    """Promise the whole body and send half of it."""
    body: Any = response.get_data() or b"{}"
    response.automatically_set_content_length = False
    response.set_data(body[: len(body) // 2])
    response.headers["Content-Length"] = str(len(body))


def _status(fault: Fault) -> Response:
    response = Response(status=fault.status)
    if fault.retry_after is not None:
        response.headers["Retry-After"] = fault.retry_after
    return response
