"""An audit that cannot fail proves nothing: each thing that it looks for is found."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.soak.audit import Audit, audit
from tests.soak.customer import Habit, Journey
from tests.soak.report import BEGIN, END, table, write_between_markers

ID = "a7d66d27-e9ab-40b4-850a-447a541ca263"
DONE = Journey(ID, Habit.CONFIRMS, confirmed=True, told="home")
CANCELLED = Journey(ID, Habit.CANCELS, cancelled=True, told="home")
AT = 1_800_000_000_000


def session(state: str, *events: str, **more: Any) -> dict[str, Any]:  # noqa: ANN401 - any attribute
    history = [{"event": event, "at": AT + 1000 * n} for n, event in enumerate(("notified", "opened", *events))]
    return {"authorisation_id": ID, "state": state, "history": history, **more}


def at_sage(progress: str, *answers: str, received: str = "2027-01-15T08:00:00.000+00:00") -> dict[str, Any]:
    reports = [{"at": received, "received_at": received, "accepted": each == "taken"} for each in answers]
    return {"authorisation_id": ID, "progress": progress, "reports": reports}


DELIVERED = session("delivered", "decided", "delivered", outcome="success")
SUCCEEDED = at_sage("succeeded", "taken")


def found(journey: Journey, kept: dict[str, Any] | None, sage: dict[str, Any]) -> Audit:
    return audit([kept] if kept else [], [sage], [journey])


def test_one_story_passes() -> None:
    assert found(DONE, DELIVERED, SUCCEEDED).passed
    assert found(CANCELLED, session("decided", "decided", outcome="cancelled"), at_sage("open")).passed
    assert found(Journey(ID, Habit.LEAVES), session("opened"), at_sage("open")).passed


def test_what_was_sent_again_in_doubt_is_no_double() -> None:
    audited = found(DONE, DELIVERED, at_sage("succeeded", "taken", "refused"))
    assert audited.passed
    assert audited.repeated == 1


@pytest.mark.parametrize(
    ("kept", "sage"),
    [
        (session("expired", "decided", "expired", outcome="success"), at_sage("open")),
        (session("rejected", "decided", "rejected", outcome="success"), at_sage("open")),
        (session("decided", "decided", outcome="success", outbox="outbox"), SUCCEEDED),
        (DELIVERED, at_sage("open")),
        (session("opened"), at_sage("open")),
        (None, at_sage("open")),
    ],
)
def test_an_outcome_that_sage_never_got_is_lost(kept: dict[str, Any] | None, sage: dict[str, Any]) -> None:
    assert found(DONE, kept, sage).lost


@pytest.mark.parametrize(
    ("kept", "sage"),
    [
        (session("delivered", "opened", "decided", "delivered", outcome="success"), SUCCEEDED),
        (session("delivered", "decided", "decided", "delivered", outcome="success"), SUCCEEDED),
        (session("delivered", "decided", "delivered", "delivered", outcome="success"), SUCCEEDED),
        (DELIVERED, at_sage("succeeded", "taken", "taken")),
        (DELIVERED, at_sage("succeeded", "taken", received="2027-01-15T08:00:05.000+00:00")),
    ],
)
def test_what_happened_twice_is_doubled(kept: dict[str, Any], sage: dict[str, Any]) -> None:
    assert found(DONE, kept, sage).doubled


@pytest.mark.parametrize(
    ("journey", "kept", "sage"),
    [
        (CANCELLED, session("decided", "decided", outcome="cancelled"), SUCCEEDED),
        (replace(DONE, confirmed=False), DELIVERED, SUCCEEDED),
        (CANCELLED, session("decided", "decided", outcome="cancelled"), at_sage("failed", "taken")),
    ],
)
def test_success_for_whom_did_not_succeed_is_wrong(
    journey: Journey, kept: dict[str, Any], sage: dict[str, Any]
) -> None:
    assert found(journey, kept, sage).wrong


def test_the_table_replaces_the_one_before(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(f"before\n{BEGIN}\nold\n{END}\nafter\n")
    write_between_markers(page, table({"seed": 7}, Audit(), {"sage id: 503": 2}, {}))
    assert "old" not in page.read_text()
    assert "| seed | 7 |" in page.read_text()
    assert page.read_text().startswith("before")
    assert page.read_text().endswith("after\n")


def test_a_page_without_a_place_for_the_table_is_an_error(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("nothing\n")
    with pytest.raises(ValueError, match="has no"):
        write_between_markers(page, "table")
