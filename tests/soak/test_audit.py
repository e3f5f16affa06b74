"""The audit finds every kind of finding."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.soak.audit import Audit, audit
from tests.soak.customer import Behaviour, Journey
from tests.soak.report import BEGIN, END, table, write_between_markers

ID = "a7d66d27-e9ab-40b4-850a-447a541ca263"
DONE = Journey(ID, Behaviour.CONFIRMS, confirmed=True, last_page="home")
CANCELLED = Journey(ID, Behaviour.CANCELS, cancelled=True, last_page="home")
AT = 1_800_000_000_000


def session(state: str, *events: str, **more: Any) -> dict[str, Any]:  # noqa: ANN401 - any attribute
    history = [{"event": event, "at": AT + 1000 * n} for n, event in enumerate(("notified", "opened", *events))]
    return {"authorisation_id": ID, "state": state, "history": history, **more}


def at_sage(progress: str, *answers: str, received: str = "2027-01-15T08:00:00.000+00:00") -> dict[str, Any]:
    reports = [{"at": received, "received_at": received, "accepted": each == "accepted"} for each in answers]
    return {"authorisation_id": ID, "progress": progress, "reports": reports}


DELIVERED = session("delivered", "decided", "delivered", outcome="success")
SUCCEEDED = at_sage("succeeded", "accepted")


def found(journey: Journey, stored: dict[str, Any] | None, sage: dict[str, Any]) -> Audit:
    return audit([stored] if stored else [], [sage], [journey])


def test_records_that_agree_pass() -> None:
    assert found(DONE, DELIVERED, SUCCEEDED).passed
    assert found(CANCELLED, session("decided", "decided", outcome="cancelled"), at_sage("open")).passed
    assert found(Journey(ID, Behaviour.LEAVES), session("opened"), at_sage("open")).passed


def test_a_repetition_after_an_uncertain_attempt_is_not_doubled() -> None:
    audited = found(DONE, DELIVERED, at_sage("succeeded", "accepted", "refused"))
    assert audited.passed
    assert audited.repeated == 1


@pytest.mark.parametrize(
    ("stored", "sage"),
    [
        (session("expired", "decided", "expired", outcome="success"), at_sage("open")),
        (session("rejected", "decided", "rejected", outcome="success"), at_sage("open")),
        (session("decided", "decided", outcome="success", outbox="outbox"), SUCCEEDED),
        (DELIVERED, at_sage("open")),
        (session("opened"), at_sage("open")),
        (None, at_sage("open")),
    ],
)
def test_an_outcome_that_sage_did_not_accept_is_lost(stored: dict[str, Any] | None, sage: dict[str, Any]) -> None:
    assert found(DONE, stored, sage).lost


@pytest.mark.parametrize(
    ("stored", "sage"),
    [
        (session("delivered", "opened", "decided", "delivered", outcome="success"), SUCCEEDED),
        (session("delivered", "decided", "decided", "delivered", outcome="success"), SUCCEEDED),
        (session("delivered", "decided", "delivered", "delivered", outcome="success"), SUCCEEDED),
        (DELIVERED, at_sage("succeeded", "accepted", "accepted")),
        (DELIVERED, at_sage("succeeded", "accepted", received="2027-01-15T08:00:05.000+00:00")),
    ],
)
def test_a_repeated_transition_or_report_is_doubled(stored: dict[str, Any], sage: dict[str, Any]) -> None:
    assert found(DONE, stored, sage).doubled


@pytest.mark.parametrize(
    ("journey", "stored", "sage"),
    [
        (CANCELLED, session("decided", "decided", outcome="cancelled"), SUCCEEDED),
        (replace(DONE, confirmed=False), DELIVERED, SUCCEEDED),
        (CANCELLED, session("decided", "decided", outcome="cancelled"), at_sage("failed", "accepted")),
    ],
)
def test_a_success_without_the_customers_confirmation_is_wrong(
    journey: Journey, stored: dict[str, Any], sage: dict[str, Any]
) -> None:
    assert found(journey, stored, sage).wrong


def test_the_table_replaces_the_previous_one(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(f"before\n{BEGIN}\nold\n{END}\nafter\n")
    write_between_markers(page, table({"seed": 7}, Audit(), {"sage id: 503": 2}, {}))
    assert "old" not in page.read_text()
    assert "| seed | 7 |" in page.read_text()
    assert page.read_text().startswith("before")
    assert page.read_text().endswith("after\n")


def test_a_page_without_markers_is_an_error(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("nothing\n")
    with pytest.raises(ValueError, match="has no"):
        write_between_markers(page, "table")
