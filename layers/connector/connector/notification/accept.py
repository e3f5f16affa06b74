"""Banking Service notifies: an authorisation has started, or something that this connector need not act on."""

from collections.abc import Callable
from enum import StrEnum

from pydantic import ValidationError

from connector.sage.messages import Notification
from connector.session import updates
from connector.session.authorisation import Reason, TransitionRefusedError, canonical_id
from connector.session.store import Store


class Accepted(StrEnum):
    """What became of a notification."""

    STARTED = "started"
    DUPLICATE = "duplicate"
    NOT_HANDLED = "not_handled"


class MalformedNotificationError(ValueError):
    """The body is no notification. The message names what is wrong with it and quotes none of it."""


class AcceptNotification:
    """Store the session that a notification starts."""

    def __init__(self, store: Store, session_minutes: int, clock: Callable[[], float]) -> None:
        self._store = store
        self._session_minutes = session_minutes
        self._clock = clock

    def __call__(self, body: bytes) -> Accepted:
        """Accept the notification. A duplicate succeeds and changes nothing. Raise MalformedNotificationError."""
        notification = _parse(body)
        if not notification.starts_authorisation:
            return Accepted.NOT_HANDLED
        given = notification.resource.id
        session = canonical_id(given) if isinstance(given, str) else None
        if session is None:
            raise MalformedNotificationError("resource.id: not a UUID")
        bank_id = notification.additional_data.bank_id
        update = updates.notify(session, bank_id, session_minutes=self._session_minutes, now=self._clock())
        try:
            self._store.apply(update)
        except TransitionRefusedError as refused:
            if refused.reason is Reason.KNOWN:
                return Accepted.DUPLICATE
            raise
        return Accepted.STARTED


def _parse(body: bytes) -> Notification:
    try:
        return Notification.model_validate_json(body)
    except ValidationError as error:
        faults = (".".join(str(part) for part in fault["loc"]) or "body" for fault in error.errors())
        raise MalformedNotificationError(f"missing or invalid: {', '.join(sorted(set(faults)))}") from None
