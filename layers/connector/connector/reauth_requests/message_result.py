"""What becomes of one message of the queue of requests."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Done:
    """Nothing is left to do for this message."""

    how: str


@dataclass(frozen=True, slots=True)
class ComeBack:
    """Look at this message again after so many seconds."""

    seconds: float
    because: str
    everyone: bool = False
    """Whether Banking Service would turn every other message away too."""


@dataclass(frozen=True, slots=True)
class Failed:
    """Only a person can help: the account was not marked."""

    kind: str
    because: str


type Fate = Done | ComeBack | Failed
