"""The output of a command: text for people, JSON for programs."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import click


@dataclass(frozen=True)
class Output:
    """The output format, which the option --json chooses."""

    as_json: bool

    def show(self, value: object, text: str) -> None:
        """Print `value` as JSON with --json, and `text` otherwise."""
        click.echo(json.dumps(value, indent=2, default=str) if self.as_json else text)


def table(headings: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Format a table. Each column is as wide as its longest cell."""
    widths = [max(map(len, column)) for column in zip(headings, *rows, strict=True)]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) for row in (headings, *rows)]
    return "\n".join(line.rstrip() for line in lines)


def timestamp(milliseconds: int) -> str:
    """Format a time, given in milliseconds since the epoch, as date and time in UTC, to the millisecond."""
    return datetime.fromtimestamp(milliseconds / 1000, UTC).strftime("%Y-%m-%d %H:%M:%S.%f")[:-3] + "Z"


def iso(milliseconds: int) -> str:
    """Format a time, given in milliseconds since the epoch, for programs: ISO 8601 in UTC, to the millisecond."""
    return timestamp(milliseconds).replace(" ", "T")
