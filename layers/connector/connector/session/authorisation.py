"""The authorisation session: its attributes, its states, and the reasons why a session does not admit an update.

Pure: no I/O and no clock. The transitions are in `connector.session.transitions`.

::

    notified ──open──> opened ──decide──> decided ──deliver──> delivered
                         └─ answers ─┘       ├─ reject ──> rejected
                                             └─ expire ──> expired
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, fields
from enum import StrEnum
from typing import Any, Self

_UUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")

_STEP = re.compile("[0-9]{1,9}")

type Item = Mapping[str, Any]
"""A session as it is stored: strings, integers, and the `history` list."""


def canonical_id(text: str) -> str | None:
    """Return an authorisation id (a UUID, RFC 9562) in its canonical form, or None where `text` is not a UUID."""
    return text.lower() if _UUID.fullmatch(text) else None


def step_number(text: str) -> int | None:
    """Return the number of a journey's step, or None where `text` is not one of at most nine digits."""
    return int(text) if _STEP.fullmatch(text) else None


class State(StrEnum):
    """The states of a session. A session only moves forward."""

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


class Refusal(StrEnum):
    """Why a session does not admit an update."""

    KNOWN = "known"
    """The session exists already."""
    UNKNOWN = "unknown"
    """The session was never notified, or was purged (`connector.notification.accept.PURGE_AFTER`)."""
    NOT_MATCHING = "not_matching"
    """The caller lacks the proof: the ticket, the callback, the lease, or the account's owner."""
    USED = "used"
    """The session has left the state in which this transition is possible."""
    EXPIRED = "expired"
    """The session is past `expires_at`."""
    BUSY = "busy"
    """Another caller holds the session's lease."""
    OTHER_STEP = "other_step"
    """The journey is at another step: the page was submitted twice, out of order, or from another tab."""
    NO_ATTEMPTS_LEFT = "no_attempts_left"
    """The customer has used all attempts to answer."""
    NO_BEGINS_LEFT = "no_begins_left"
    """The journey, or the account within an hour, has begun too often."""
    NO_UPDATES_LEFT = "no_updates_left"
    """The journey has taken more steps than any journey needs."""


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
    """The number of the journey's step; 0 until the customer continues from the first page."""
    prompt: str | None = None
    """The last prompt, as `connector.journey.dialogue.prompt` writes it. Never an answer of the customer."""
    attempts: int = 0
    """The number of refused answers, and of answers whose result was never received before another one came."""
    unheard: str | None = None
    """The idempotency key of the last answer, if its result was not received (`connector.journey.dialogue.visit`)."""
    begins: int = 0
    """How often the authenticator was called to begin."""
    polled_until: int | None = None
    """Until when the polls are used up that the authenticator may get, one a second (`connector.journey.updates`)."""
    memory: str = ""
    """The text that the authenticator gets again at the next step."""
    callback_hash: str | None = None
    callback_ticket: str | None = None
    """See `connector.session.callback`."""
    outcome: Outcome | None = None
    status: str | None = None
    """The status that PATCH reports; None: this outcome is not reported."""
    reason: str | None = None
    """Why the journey failed (`connector.journey.views.Ended`), or why the confirmation was given up."""
    account_status: str | None = None
    """The status of the account that `externalId` names, before the outcome (`connector.journey.check_account`)."""
    delivery_reason: str | None = None
    """Why Banking Service will not get the outcome: its answer, or `expired`."""
    delivery_due: int | None = None
    uncertain_attempts: int = 0
    """The number of leases whose attempts may have reached Banking Service (`connector.delivery.patch_result`)."""
    lease: str | None = None
    lease_until: int | None = None
    delivered_at: int | None = None
    confirm_due: int | None = None
    """When the account is queried next; None: it is confirmed, given up, or there is nothing to confirm."""
    account_id: str | None = None
    """Sage's id of the bank account, from the response to POST /accountqueries."""

    @classmethod
    def from_item(cls, item: Item) -> Self:
        """Read a stored session, without the attributes that only the storage needs."""
        known = {f.name: item[f.name] for f in fields(cls) if f.name in item}
        known["state"] = State(known["state"])
        if "outcome" in known:
            known["outcome"] = Outcome(known["outcome"])
        known["history"] = tuple(known.get("history", ()))
        return cls(**known)

    @property
    def bank_id_for_queries(self) -> str | None:
        """Sage's id of the bank: the notification's, else the parameter `bankaccount` (docs/decisions/0009)."""
        return self.bank_id or self.bank_account

    @property
    def undelivered(self) -> bool:
        """Whether Banking Service has yet to acknowledge the outcome."""
        return self.state is State.DECIDED and self.status is not None


class TransitionRefusedError(Exception):
    """The session does not admit an update; `authorisation` is the stored session, or None where it does not exist."""

    def __init__(self, reason: Refusal, authorisation: Authorisation | None) -> None:
        super().__init__(reason.value)
        self.reason = reason
        self.authorisation = authorisation
