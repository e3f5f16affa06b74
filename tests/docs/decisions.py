"""The decision records, as their files say, and the two tables of the index that follow from them."""

import re
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
INDEX = ROOT / "docs/decisions.md"
FOLDER = ROOT / "docs/decisions"

_FIELDS = re.compile(r"^- (Status|Date|Area|Sage is silent|Supersedes|Amends): (.+)$", re.MULTILINE)


@dataclass(frozen=True)
class Record:
    """One decision record."""

    path: Path
    number: str
    title: str
    fields: dict[str, str]
    headings: list[str]

    @property
    def link(self) -> str:
        """The record's number and title, as a link from the index."""
        return f"[{self.number}](decisions/{self.path.name}) | {self.title}"

    @property
    def status(self) -> str:
        """The status, with a link that leads from the index to the record that it names."""
        return self.fields["Status"].replace("](", "](decisions/")

    @property
    def replaced(self) -> str:
        """The links to the records that this one supersedes or amends."""
        return self.fields.get("Supersedes", "") + self.fields.get("Amends", "")

    @property
    def is_silent(self) -> bool:
        """Whether Sage's documentation does not say what was decided here."""
        return self.fields["Sage is silent"] == "yes"


def records() -> list[Record]:
    """Read all records, in the order of their numbers."""
    return [_read(path) for path in sorted(FOLDER.glob("*.md"))]


def _read(path: Path) -> Record:
    text = path.read_text()
    first = text.splitlines()[0]
    number, _, title = first.removeprefix("# ").partition(". ")
    return Record(path, number, title, dict(_FIELDS.findall(text)), re.findall(r"^## (.+)$", text, re.MULTILINE))


def silent_rows() -> list[str]:
    """Return the rows of the index's first table: where Sage's documentation is silent."""
    return [f"| {record.link} | {record.fields['Area']} |" for record in records() if record.is_silent]


def all_rows() -> list[str]:
    """Return the rows of the index's second table: all decisions."""
    return [
        f"| {record.link} | {record.fields['Area']} | {record.fields['Date']} | {record.status} |"
        for record in records()
    ]
