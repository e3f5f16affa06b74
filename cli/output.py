"""What a command prints: for people, or as JSON for programs."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import click


@dataclass(frozen=True)
class Output:
    """Chosen once, by --json."""

    as_json: bool

    def show(self, value: object, text: str) -> None:
        """Print the value as JSON, or else the text."""
        click.echo(json.dumps(value, indent=2, default=str) if self.as_json else text)


def table(headings: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Lay out columns as wide as they need be."""
    widths = [max(map(len, column)) for column in zip(headings, *rows, strict=True)]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) for row in (headings, *rows)]
    return "\n".join(line.rstrip() for line in lines)


def moment(milliseconds: int) -> str:
    """Write a time of a history: date, time to the millisecond, UTC."""
    return datetime.fromtimestamp(milliseconds / 1000, UTC).strftime("%Y-%m-%d %H:%M:%S.%f")[:-3] + "Z"
