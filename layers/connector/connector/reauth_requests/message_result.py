"""What becomes of one message of the queue of requests."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Done:
    """Nothing is left to do for this message."""

    how: str


@dataclass(frozen=True, slots=True)
class Retry:
    """Look at this message again after so many seconds."""

    seconds: float
    reason: str
    everyone: bool = False
    """Whether Banking Service would turn every other message away too."""


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """Only a person can help: the account was not marked."""

    kind: str
    reason: str


type MessageResult = Done | Retry | DeadLetter
