"""The result of a call of the Provider API: a response, or the error that the request was not sent.

This module needs no package: a page that reports no outcome does not wait for the packages of the client.
"""

from dataclasses import dataclass, field
from http import HTTPStatus
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pydantic import BaseModel

NOT_ACCEPTED = frozenset({HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN})
"""Sage documents 401 for a token or API key that is not accepted; gateways before an API answer 403 to a key."""


@dataclass(frozen=True, slots=True)
class ApiResponse:
    """A response. Without a response `status` is None, and `sent` tells whether the request may have arrived."""

    status: int | None
    retry_after: float | None = None
    """Seconds, from the response's header `Retry-After` (RFC 9110 section 10.2.3)."""
    sent: bool = True
    body: bytes = field(default=b"", repr=False, compare=False)

    @property
    def ok(self) -> bool:
        """Whether Banking Service took the request (2xx)."""
        return self.status is not None and HTTPStatus.OK <= self.status < HTTPStatus.MULTIPLE_CHOICES

    @property
    def refuses(self) -> bool:
        """Whether Banking Service refused the request (4xx)."""
        return self.status is not None and HTTPStatus.BAD_REQUEST <= self.status < HTTPStatus.INTERNAL_SERVER_ERROR

    def read[Model: BaseModel](self, model: type[Model]) -> Model | None:
        """Read the body; return None where it has another shape than Sage documents."""
        try:
            return model.model_validate_json(self.body)
        except ValueError:  # pydantic.ValidationError
            return None


class NotSentError(Exception):
    """Banking Service did not get the request: there is no token now that it accepts, or there are no credentials."""

    def __init__(self, reason: str, *, retry_after: float | None = None) -> None:
        super().__init__(reason)
        self.retry_after = retry_after
        """Seconds until a token may be available, where that is known."""
