"""The audit: the connector's records, Sage's records and the pages that customers saw must agree."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from tests.soak.customer import Journey

type Session = Mapping[str, Any]
type AtSage = Mapping[str, Any]

SETTLED = {"delivered", "rejected", "expired"}


@dataclass
class Audit:
    """The findings. Every entry of the four lists is a sentence about one authorisation or one request."""

    ends: Counter[str] = field(default_factory=Counter)
    lost: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    stuck: list[str] = field(default_factory=list)
    repeated: int = 0
    """Outcomes that were sent again, because the result of the first attempt was uncertain."""

    @property
    def passed(self) -> bool:
        """Whether there are no findings."""
        return not self.findings

    @property
    def findings(self) -> list[str]:
        """All findings."""
        return self.lost + self.doubled + self.wrong + self.stuck


def audit(sessions: Iterable[Session], at_sage: Iterable[AtSage], journeys: Iterable[Journey]) -> Audit:
    """Compare the three records of each journey."""
    found, stored = Audit(), {session["authorisation_id"]: session for session in sessions}
    sage = {authorisation["authorisation_id"]: authorisation for authorisation in at_sage}
    for journey in journeys:
        _check(found, _Comparison(journey, stored.get(journey.authorisation_id), sage[journey.authorisation_id]))
    return found


@dataclass(frozen=True)
class _Comparison:
    """The three records of one authorisation."""

    journey: Journey
    session: Session | None
    sage: AtSage

    @property
    def about(self) -> str:
        journey = self.journey
        return (
            f"{journey.authorisation_id} ({journey.kind}, {journey.behaviour}, last page {journey.last_page or 'none'})"
        )

    @property
    def outcome(self) -> str:
        return str(self.session.get("outcome", "")) if self.session else ""

    @property
    def state(self) -> str:
        return str(self.session["state"]) if self.session else "never stored"

    @property
    def events(self) -> Counter[str]:
        return Counter(entry["event"] for entry in self.session["history"]) if self.session else Counter()

    @property
    def succeeded(self) -> bool:
        return bool(self.sage["progress"] == "succeeded")

    def lost(self) -> Iterator[str]:
        if self.outcome == "success" and not self.succeeded:
            yield f"success is {self.state}, and {self.sage['progress']} at Sage"
        if self.session and "outbox" in self.session:
            yield "not delivered and still in the outbox"
        if self.journey.saw_result and not self.outcome:
            yield "the customer saw a result, and no outcome is stored"
        if self.journey.confirmed and self.journey.last_page == "home" and not self.succeeded:
            yield f"the customer saw success, and Sage has {self.sage['progress']}"

    def doubled(self) -> Iterator[str]:
        events = self.events
        if events["opened"] > 1 or events["decided"] > 1 or sum(events[end] for end in SETTLED) > 1:
            yield str(dict(events))
        if sum(report["accepted"] for report in self.sage["reports"]) > 1:
            yield "Sage accepted more than one report"
        if self.session and any(_later(report, self.session) for report in self.sage["reports"]):
            yield "sent again after the acknowledgement was stored"

    def wrong(self) -> Iterator[str]:
        if self.succeeded and self.outcome != "success":
            yield f"success at Sage, and {self.outcome or 'no outcome'} is stored"
        if "success" in {self.outcome, "success" if self.succeeded else ""} and not self.journey.confirmed:
            yield "success, and the customer did not confirm"
        if self.sage["reports"] and self.outcome != "success":
            yield f"{self.outcome or 'no outcome'} was reported"

    def stuck(self) -> Iterator[str]:
        if self.journey.stuck:
            yield "the last page leads neither on nor home"


def _check(found: Audit, comparison: _Comparison) -> None:
    found.ends[f"{comparison.outcome or 'no outcome'}, {comparison.state}"] += 1
    found.repeated += len(comparison.sage["reports"]) > 1
    found.lost += [f"{comparison.about}: {finding}" for finding in comparison.lost()]
    found.doubled += [f"{comparison.about}: {finding}" for finding in comparison.doubled()]
    found.wrong += [f"{comparison.about}: {finding}" for finding in comparison.wrong()]
    found.stuck += [f"{comparison.about}: {finding}" for finding in comparison.stuck()]


def _later(report: Mapping[str, Any], session: Session) -> bool:
    """Return whether a report was received after the acknowledgement. A delay fault can make its processing late."""
    acknowledged_at = next((int(entry["at"]) for entry in session["history"] if entry["event"] == "delivered"), None)
    return (
        acknowledged_at is not None
        and datetime.fromisoformat(report["received_at"]).timestamp() * 1000 > acknowledged_at
    )
