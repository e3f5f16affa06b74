"""The authorisation session: its states, and why a move from one to the next is refused (`connector.session.transition`).

Pure: no I/O and no clock of its own.

::

    notified ──open──> opened ──decide──> decided ──deliver──> delivered
                         └─ answers ─┘       ├─ refused for good ──> rejected
                                             └─ out of time ───────> lapsed
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, fields
from enum import StrEnum
from typing import Any, Self

_UUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")

type Item = Mapping[str, Any]
"""A session as it is stored: strings, integers, and the `history` list."""


def canonical_id(text: str) -> str | None:
    """Return an authorisation id (a UUID, RFC 9562) in its canonical form, or None where `text` is none."""
    return text.lower() if _UUID.fullmatch(text) else None


class State(StrEnum):
    """Where a session is. It only ever moves forward."""

    NOTIFIED = "notified"
    OPENED = "opened"
    DECIDED = "decided"
    DELIVERED = "delivered"
    REJECTED = "rejected"
    EXPIRED = "expired"


class Outcome(StrEnum):
    """How the customer's journey ended."""

    SUCCESS = "success"
    FAILED = "failed"
    CANCELLED = "cancelled"


class Reason(StrEnum):
    """Why a move was refused."""

    KNOWN = "known"
    """The session exists already."""
    UNKNOWN = "unknown"
    """No such session was ever notified, or it was purged days ago."""
    NOT_MATCHING = "not_matching"
    """The caller does not hold what the session was opened with."""
    USED = "used"
    """The session is past this move."""
    EXPIRED = "expired"
    """The session's time is over."""
    BUSY = "busy"
    """Somebody else holds the session's lease."""
    ELSEWHERE = "elsewhere"
    """The journey is at another step: submitted twice, out of order, or from another tab."""
    EXHAUSTED = "exhausted"
    """No attempt is left."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Authorisation:
    """One session. Times are seconds since the epoch; `history` entries have milliseconds in `at`."""

    authorisation_id: str
    state: State
    expires_at: int
    history: tuple[Mapping[str, Any], ...] = ()
    bank_id: str | None = None
    external_id: str | None = None
    bank_account: str | None = None
    redirect_uri: str | None = None
    sage_state: str | None = None
    ticket_hash: str | None = None
    step: int = 0
    """How far the journey is; 0 until the customer goes on from the first page."""
    prompt: str | None = None
    """What the customer was told last, as `connector.journey.prompt` writes it. Never an answer."""
    attempts: int = 0
    """How many answers were refused."""
    memory: str = ""
    """What the authenticator wants to be told again."""
    callback_hash: str | None = None
    callback_ticket: str | None = None
    """See `connector.session.callback`."""
    outcome: Outcome | None = None
    status: str | None = None
    """What PATCH reports. Without it Banking Service is undelivered nothing."""
    reason: str | None = None
    delivery_due: int | None = None
    uncertain_attempts: int = 0
    """How many attempts to deliver may or may not have reached Banking Service."""
    lease: str | None = None
    lease_until: int | None = None
    delivered_at: int | None = None
    confirm_due: int | None = None
    """When to look next whether the account is authorised again; None: it is known, or there is nothing to see."""
    account_id: str | None = None
    """Sage's id of the bank account, which POST /accountqueries told."""

    @classmethod
    def from_item(cls, item: Item) -> Self:
        """Read a stored session, ignoring what only the storage needs."""
        known = {f.name: item[f.name] for f in fields(cls) if f.name in item}
        known["state"] = State(known["state"])
        if "outcome" in known:
            known["outcome"] = Outcome(known["outcome"])
        known["history"] = tuple(known.get("history", ()))
        return cls(**known)

    @property
    def undelivered(self) -> bool:
        """Whether Banking Service has yet to acknowledge the outcome."""
        return self.state is State.DECIDED and self.status is not None


class TransitionRefusedError(Exception):
    """A move was refused; `authorisation` is the session as it stands, where there is one."""

    def __init__(self, reason: Reason, authorisation: Authorisation | None) -> None:
        super().__init__(reason.value)
        self.reason = reason
        self.authorisation = authorisation
