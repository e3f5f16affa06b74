"""What the provider asks for: that one account be re-authorised. Its record, and who may work on it. Pure.

::

    requested ──POST /statements──> posted ──processed──> accepted
          └─────── refused ───────────┴─────────────────> rejected
          └─────── out of time ───────┴─────────────────> abandoned
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from enum import StrEnum
from typing import Annotated, Any, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

type Identifier = Annotated[str, StringConstraints(min_length=1, max_length=256, strip_whitespace=True)]


class ReauthRequest(BaseModel):
    """A message of the provider's systems: which account, by Sage's ids. More members are ignored."""

    model_config = ConfigDict(frozen=True, strict=True)

    bank_account_id: Identifier = Field(alias="bankAccountId")
    bank_id: Identifier = Field(alias="bankId")


class RequestStatus(StrEnum):
    """How far a request is."""

    REQUESTED = "requested"
    POSTED = "posted"
    ACCEPTED = "accepted"
    REJECTED = "rejected"
    ABANDONED = "abandoned"


ENDED_BADLY = frozenset({RequestStatus.REJECTED, RequestStatus.ABANDONED})
"""Whoever asks again after that has mended something, and need not wait for the window's end."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestRecord:
    """The one record of an account. Times are seconds since the epoch; `history` entries have milliseconds in `at`."""

    bank_account_id: str
    bank_id: str
    claimant: str
    """The message that is worked on for this account."""
    request_status: RequestStatus
    requested_at: int
    window_until: int
    """Until then, other messages for this account are the same request."""
    posted_at: int | None = None
    statement_id: str | None = None
    statement_status: str | None = None
    """What Sage last said of the statement."""
    reason: str | None = None
    history: tuple[Mapping[str, Any], ...] = ()

    @classmethod
    def from_item(cls, item: Mapping[str, Any]) -> Self:
        """Read a stored record, ignoring what only the storage needs."""
        known = {f.name: item[f.name] for f in fields(cls) if f.name in item}
        known |= {"request_status": RequestStatus(item["request_status"]), "history": tuple(item["history"])}
        return cls(**known)

    @property
    def waiting_since(self) -> int:
        """When Banking Service last moved it on."""
        return self.posted_at or self.requested_at

    def admits(self, claimant: str, now: int) -> bool:
        """Whether another message may begin a new request for this account."""
        return self.claimant != claimant and (self.request_status in ENDED_BADLY or self.window_until <= now)


class AlreadyRequestedError(Exception):
    """Another message asked for the same account within its window, or took this one's place after it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestUpdate:
    """Something that happened to a request: what changes, and what its history says."""

    event: str
    at: float
    request_status: RequestStatus
    sets: Mapping[str, str | int]
    detail: Mapping[str, str]
    """Nothing secret, no personal data."""

    @property
    def entry(self) -> dict[str, str | int]:
        """What the step appends to the history; `at` is in milliseconds."""
        return {"at": int(self.at * 1000), "event": self.event, **self.detail}


def posted(statement_id: str, now: float) -> RequestUpdate:
    """Banking Service took the statement; what becomes of it is known later."""
    sets: dict[str, str | int] = {"statement_id": statement_id, "posted_at": int(now)}
    detail = {"statement_id": statement_id}
    return RequestUpdate(event="posted", at=now, request_status=RequestStatus.POSTED, sets=sets, detail=detail)


def running(status: str, now: float) -> RequestUpdate:
    """Banking Service named a status that is not known to be an end."""
    sets = {"statement_status": status}
    return RequestUpdate(
        event="running", at=now, request_status=RequestStatus.POSTED, sets=sets, detail={"status": status}
    )


def accepted(status: str, now: float) -> RequestUpdate:
    """Banking Service processed the statement: the account is `authRequired`."""
    sets = {"statement_status": status}
    return RequestUpdate(
        event="accepted", at=now, request_status=RequestStatus.ACCEPTED, sets=sets, detail={"status": status}
    )


def rejected(reason: str, now: float) -> RequestUpdate:
    """Banking Service will not have it."""
    sets = {"reason": reason}
    return RequestUpdate(
        event="rejected", at=now, request_status=RequestStatus.REJECTED, sets=sets, detail={"reason": reason}
    )


def abandoned(reason: str, now: float) -> RequestUpdate:
    """Nobody goes on with it: it took too long."""
    sets = {"reason": reason}
    return RequestUpdate(
        event="abandoned", at=now, request_status=RequestStatus.ABANDONED, sets=sets, detail={"reason": reason}
    )
