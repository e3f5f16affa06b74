"""The decision records have one form, and the index lists them as they are."""

import re
from datetime import date

import pytest

from tests.docs.decisions import INDEX, Record, all_rows, records, silent_rows

RECORDS = records()
STATUS = re.compile(r"accepted|(?:accepted, amended|superseded) by \[(\d{4})\]\((.+)\)")


def by_name(record: Record) -> str:
    return record.path.stem


def test_the_records_are_numbered_from_one_without_a_gap() -> None:
    assert [record.number for record in RECORDS] == [f"{n:04}" for n in range(1, len(RECORDS) + 1)]


@pytest.mark.parametrize("record", RECORDS, ids=by_name)
def test_a_record_has_a_status_a_date_an_area_and_three_sections(record: Record) -> None:
    assert record.path.name.startswith(f"{record.number}-")
    assert STATUS.fullmatch(record.fields["Status"])
    assert date.fromisoformat(record.fields["Date"])
    assert record.fields["Area"]
    assert record.fields["Sage is silent"] in {"yes", "no"}
    assert record.headings == ["Context", "Decision", "Consequences"]


@pytest.mark.parametrize("record", RECORDS, ids=by_name)
def test_a_superseded_or_amended_record_and_its_successor_name_each_other(record: Record) -> None:
    others = {other.number: other for other in RECORDS}
    if named := re.search(r" by \[(\d{4})\]\((.+)\)", record.fields["Status"]):
        successor = others[named[1]]
        assert successor.path.name == named[2]
        assert f"[{record.number}]({record.path.name})" in successor.replaced
    for number in re.findall(r"\[(\d{4})\]", record.replaced):
        assert f"[{record.number}]" in others[number].fields["Status"]


def test_the_index_lists_each_record_as_its_file_says() -> None:
    """The rows of both tables are the rows that the records make: copy a missing row from this test's message."""
    silent, everything = INDEX.read_text().split("\n## All decisions\n")
    assert [line for line in silent.splitlines() if line.startswith("| [")] == silent_rows()
    assert [line for line in everything.splitlines() if line.startswith("| [")] == all_rows()
