"""A request to mark one account `authRequired`: its message, its record, and its steps. No I/O.

::

    requested ──POST /statements──> posted ──processed──> accepted
          └─────── refused ───────────┴─────────────────> rejected
          └─────── out of time ───────┴─────────────────> abandoned
          └── failed, and disconnected ┴─────────────────> disconnected
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from enum import StrEnum
from typing import Annotated, Any, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

type Identifier = Annotated[str, StringConstraints(min_length=1, max_length=256, strip_whitespace=True)]


class ReauthRequest(BaseModel):
    """A message of the provider's systems: one account, by Sage's ids. Unknown members are ignored."""

    model_config = ConfigDict(frozen=True, strict=True)

    bank_account_id: Identifier = Field(alias="bankAccountId")
    bank_id: Identifier = Field(alias="bankId")


class RequestStatus(StrEnum):
    """The status of a request."""

    REQUESTED = "requested"
    POSTED = "posted"
    ACCEPTED = "accepted"
    REJECTED = "rejected"
    ABANDONED = "abandoned"
    DISCONNECTED = "disconnected"


ENDED_BADLY = frozenset({RequestStatus.REJECTED, RequestStatus.ABANDONED})
"""A new request may follow at once, before the window ends: its sender has corrected the cause."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestRecord:
    """The one record of an account. Times are seconds since the epoch; `history` entries have milliseconds in `at`."""

    bank_account_id: str
    bank_id: str
    claimant: str
    """The id of the message that has this account; the same at each delivery of the message."""
    request_status: RequestStatus
    requested_at: int
    window_until: int
    """Until then another message for this account is the same request."""
    posted_at: int | None = None
    statement_id: str | None = None
    statement_status: str | None = None
    """The statement's status in Sage's last response."""
    reason: str | None = None
    history: tuple[Mapping[str, Any], ...] = ()
    """Of this request and the one before. The events of older ones are not kept: an item has at most 400 KiB."""

    @classmethod
    def from_item(cls, item: Mapping[str, Any]) -> Self:
        """Read a stored item. Attributes that only the storage needs are ignored."""
        known = {f.name: item[f.name] for f in fields(cls) if f.name in item}
        history = (*item.get("earlier", ()), *item["history"])
        known |= {"request_status": RequestStatus(item["request_status"]), "history": history}
        return cls(**known)

    @property
    def waiting_since(self) -> int:
        """When the last step of Banking Service began, in seconds since the epoch."""
        return self.posted_at or self.requested_at

    def admits(self, claimant: str, now: int) -> bool:
        """Tell whether the message `claimant` may begin a new request for this account."""
        return self.claimant != claimant and (self.request_status in ENDED_BADLY or self.window_until <= now)


LONGEST_HISTORY = 100
"""Entries, at most, before no further status of a statement is recorded."""


class AlreadyRequestedError(Exception):
    """Another message has the account: it came first within the window, or took the record over after the window."""


@dataclass(frozen=True, slots=True)
class RequestUpdate:
    """One step of a request: the event for its history, its new status, and the attributes that it sets."""

    event: str
    request_status: RequestStatus
    at: float
    """Seconds since the epoch."""
    sets: Mapping[str, str | int]
    detail: Mapping[str, str]
    """For the history. Nothing secret, no personal data."""

    @property
    def entry(self) -> dict[str, str | int]:
        """The entry of the history; its `at` is in milliseconds since the epoch."""
        return {"at": int(self.at * 1000), "event": self.event, **self.detail}


def posted(statement_id: str, now: float) -> RequestUpdate:
    """Banking Service took the statement and processes it later."""
    sets: dict[str, str | int] = {"statement_id": statement_id, "posted_at": int(now)}
    return RequestUpdate("posted", RequestStatus.POSTED, now, sets, {"statement_id": statement_id})


def running(status: str, now: float) -> RequestUpdate:
    """Banking Service has not finished: the statement's status is neither done nor failed."""
    return RequestUpdate("running", RequestStatus.POSTED, now, {"statement_status": status}, {"status": status})


def accepted(status: str, now: float) -> RequestUpdate:
    """Banking Service processed the statement: the account is `authRequired`."""
    return RequestUpdate("accepted", RequestStatus.ACCEPTED, now, {"statement_status": status}, {"status": status})


def rejected(reason: str, now: float) -> RequestUpdate:
    """Banking Service refused the statement."""
    return RequestUpdate("rejected", RequestStatus.REJECTED, now, {"reason": reason}, {"reason": reason})


def abandoned(reason: str, now: float) -> RequestUpdate:
    """Nothing new happened for too long: the request is not followed any longer."""
    return RequestUpdate("abandoned", RequestStatus.ABANDONED, now, {"reason": reason}, {"reason": reason})


def disconnected(reason: str, now: float) -> RequestUpdate:
    """End a request that failed because the customer disconnected the account: nobody needs to help."""
    return RequestUpdate("disconnected", RequestStatus.DISCONNECTED, now, {"reason": reason}, {"reason": reason})
