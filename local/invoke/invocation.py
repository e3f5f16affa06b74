"""What the two ways to run a function on this machine share."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

LAYERS = ("DependenciesLayer", "ConnectorLayer")


@dataclass(frozen=True)
class Invocation:
    """What a function answered, and the lines of its log."""

    answer: Any
    log: list[str]


type Invoke = Callable[[object], Invocation]


def lines_of(log: Path) -> list[str]:
    """Return the lines that the function itself wrote, which are JSON. The others are the emulator's or the CLI's."""
    lines = log.read_text(errors="replace").splitlines()
    return [line for line in lines if line.startswith("{") and '"type": "platform.' not in line]
