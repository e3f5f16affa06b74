"""Accept a notification of Banking Service: begin a session, or store that an account was created or disconnected."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from enum import StrEnum

from connector.accounts.repository import Account, AccountRepository
from connector.notification.message import MalformedNotificationError, Notification
from connector.session.authorisation import Refusal, TransitionRefusedError
from connector.session.store import Store
from connector.session.transitions import NOTIFY
from connector.session.update import Update

PURGE_AFTER = timedelta(days=30)
"""How long a session is stored after its end: as the audit trail, and so that a late customer reads "expired"."""


class Accepted(StrEnum):
    """The result of a notification that was accepted."""

    STARTED = "started"
    DUPLICATE = "duplicate"
    ACCOUNT_LINKED = "account_linked"
    ACCOUNT_DISCONNECTED = "account_disconnected"
    NOT_HANDLED = "not_handled"


@dataclass(frozen=True, slots=True)
class AcceptNotification:
    """Store the session that a notification starts, and what it says of an account."""

    store: Store
    accounts: AccountRepository
    session_minutes: int
    clock: Callable[[], float]

    def __call__(self, notification: Notification) -> Accepted:
        """Accept the notification; a duplicate changes nothing. Raise MalformedNotificationError."""
        if not notification.starts_authorisation:
            return self._accept_account(notification)
        session = notification.authorisation_id
        if session is None:
            raise MalformedNotificationError("resource.id: not a UUID")
        try:
            self.store.apply(
                notify(session, notification.bank_id, session_minutes=self.session_minutes, now=self.clock())
            )
        except TransitionRefusedError as refused:
            if refused.reason is Refusal.KNOWN:
                return Accepted.DUPLICATE
            raise
        return Accepted.STARTED

    def _accept_account(self, notification: Notification) -> Accepted:
        """Store the account. Without the provider's own id a created account says nothing new."""
        account_id, external_id, now = notification.account_id, notification.external_id, int(self.clock())
        if account_id is None:
            return Accepted.NOT_HANDLED
        account = Account(
            bank_account_id=account_id, notified_at=now, external_id=external_id, bank_id=notification.bank_id
        )
        if notification.links_account and external_id is not None:
            self.accounts.write(account)
            return Accepted.ACCOUNT_LINKED
        if notification.disconnects_account:
            self.accounts.write(replace(account, disconnected_at=now))
            return Accepted.ACCOUNT_DISCONNECTED
        return Accepted.NOT_HANDLED


def notify(authorisation_id: str, bank_id: str | None, *, session_minutes: int, now: float) -> Update:
    """Return the update that begins the session. It ends `session_minutes` after `now`."""
    expires_at = int(now) + session_minutes * 60
    return Update(
        transition=NOTIFY,
        authorisation_id=authorisation_id,
        now=now,
        sets={
            "expires_at": expires_at,
            "purge_at": expires_at + int(PURGE_AFTER.total_seconds()),
            **({} if bank_id is None else {"bank_id": bank_id}),
        },
    )
