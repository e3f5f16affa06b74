"""The notification that Banking Service sends, as far as the connector reads it.

Source: Sage's "Re-authorisation" and "Connector API" pages. Unknown keys are ignored: Sage may add some. The
notification of an authorisation names no account: `externalId` first appears on GET /authrefresh.
"""

import json
from dataclasses import dataclass
from typing import Self, TypeGuard

from connector.session.authorisation import canonical_id

LONGEST_IDENTIFIER = 256
"""Characters."""


class MalformedNotificationError(ValueError):
    """The body is not a notification. The message names the fields at fault and quotes no value."""


@dataclass(frozen=True, slots=True)
class Notification:
    """POST /notification. The type of the resource says what its id identifies."""

    type: str
    resource_type: str
    resource_id: object
    bank_id: str | None
    """Sage's id of the bank, only for the record: None where it is missing or its shape is not the documented one."""
    external_id: str | None = None
    """The provider's own id of a bank account: None where it is missing or its shape is not the documented one."""

    @classmethod
    def read(cls, body: bytes) -> Self:
        """Read the body of the request. Raise MalformedNotificationError."""
        message = _json_object(body)
        resource, additional = message.get("resource"), message.get("additionalData")
        if not isinstance(resource, dict):
            raise MalformedNotificationError("missing or invalid: resource")
        kind, resource_kind = message.get("type"), resource.get("type")
        if not _is_identifier(kind):
            raise MalformedNotificationError("missing or invalid: type")
        if not _is_identifier(resource_kind):
            raise MalformedNotificationError("missing or invalid: resource.type")
        ids = (additional.get(name) if isinstance(additional, dict) else None for name in ("bankId", "externalId"))
        bank_id, external_id = (found if _is_identifier(found) else None for found in ids)
        return cls(kind, resource_kind, resource.get("id"), bank_id, external_id)

    @property
    def starts_authorisation(self) -> bool:
        """Whether an authorisation has started."""
        return (self.type, self.resource_type) == ("resourceCreated", "authorisation")

    @property
    def authorisation_id(self) -> str | None:
        """The authorisation that has started: None where its id is not a UUID, or where the resource is another one."""
        if not self.starts_authorisation or not isinstance(self.resource_id, str):
            return None
        return canonical_id(self.resource_id)

    @property
    def links_account(self) -> bool:
        """Whether a bank account was created."""
        return (self.type, self.resource_type) == ("resourceCreated", "bankAccount")

    @property
    def disconnects_account(self) -> bool:
        """Whether a customer disconnected a bank account."""
        return (self.type, self.resource_type) == ("resourceDeleted", "bankAccount")

    @property
    def account_id(self) -> str | None:
        """Sage's id of the bank account: None where its shape is not the documented one."""
        return self.resource_id if _is_identifier(self.resource_id) else None


def _json_object(body: bytes) -> dict[str, object]:
    try:
        message = json.loads(body.decode())
    except (ValueError, RecursionError):
        message = None
    if not isinstance(message, dict):
        raise MalformedNotificationError("missing or invalid: body")
    return message


def _is_identifier(value: object) -> TypeGuard[str]:
    # JSON can express halves of surrogate pairs, which no UTF-8 can. They are not printable.
    return isinstance(value, str) and 0 < len(value) <= LONGEST_IDENTIFIER and value.isprintable()
