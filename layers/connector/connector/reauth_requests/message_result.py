"""The result of processing one message of the queue."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Done:
    """The message is finished: its account is `accepted` or `disconnected`, or the request is `repeated`."""

    how: str


@dataclass(frozen=True, slots=True)
class Retry:
    """Process this message again after `seconds`."""

    seconds: float
    reason: str
    stops_batch: bool = False
    """Whether every other message of the batch would fail for the same reason."""


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """The account was not marked, and only a person can correct the cause."""

    kind: str
    """`malformed`, `rejected` or `abandoned`."""
    reason: str


type MessageResult = Done | Retry | DeadLetter
