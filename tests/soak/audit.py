"""The audit: what the connector recorded, what Sage accepted and what customers were told must be one story."""

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
    """What was found. Every entry of `lost`, `doubled` and `wrong` is a sentence about one authorisation."""

    ends: Counter[str] = field(default_factory=Counter)
    lost: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    repeated: int = 0
    """Outcomes that were sent again because it was not known whether the first attempt had arrived."""

    @property
    def passed(self) -> bool:
        """Whether all is as it should be."""
        return not (self.lost or self.doubled or self.wrong)


def audit(sessions: Iterable[Session], at_sage: Iterable[AtSage], journeys: Iterable[Journey]) -> Audit:
    """Compare the three sides."""
    found, kept = Audit(), {session["authorisation_id"]: session for session in sessions}
    told = {authorisation["authorisation_id"]: authorisation for authorisation in at_sage}
    for journey in journeys:
        _check(found, _Story(journey, kept.get(journey.authorisation_id), told[journey.authorisation_id]))
    return found


@dataclass(frozen=True)
class _Story:
    """One authorisation, from all three sides."""

    journey: Journey
    session: Session | None
    sage: AtSage

    @property
    def about(self) -> str:
        journey = self.journey
        return f"{journey.authorisation_id} ({journey.habit}, told {journey.told or 'nothing'})"

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
            yield "still owed"
        if self.journey.answered and not self.outcome:
            yield "the customer saw that it was recorded, and it was not"
        if self.journey.confirmed and self.journey.told == "home" and not self.succeeded:
            yield f"the customer was told done, and Sage says {self.sage['progress']}"

    def doubled(self) -> Iterator[str]:
        events = self.events
        if events["opened"] > 1 or events["decided"] > 1 or sum(events[end] for end in SETTLED) > 1:
            yield str(dict(events))
        if sum(report["accepted"] for report in self.sage["reports"]) > 1:
            yield "Sage accepted more than one report"
        if self.session and any(_later(report, self.session) for report in self.sage["reports"]):
            yield "told again after it was recorded as told"

    def wrong(self) -> Iterator[str]:
        if self.succeeded and self.outcome != "success":
            yield f"success at Sage, {self.outcome or 'no outcome'} here"
        if "success" in {self.outcome, "success" if self.succeeded else ""} and not self.journey.confirmed:
            yield "success, and nobody confirmed"
        if self.sage["reports"] and self.outcome != "success":
            yield f"{self.outcome or 'no outcome'} was reported"


def _check(found: Audit, story: _Story) -> None:
    found.ends[f"{story.outcome or 'no outcome'}, {story.state}"] += 1
    found.repeated += len(story.sage["reports"]) > 1
    found.lost += [f"{story.about}: {why}" for why in story.lost()]
    found.doubled += [f"{story.about}: {why}" for why in story.doubled()]
    found.wrong += [f"{story.about}: {why}" for why in story.wrong()]


def _later(report: Mapping[str, Any], session: Session) -> bool:
    """Tell whether it was sent afterwards; an earlier attempt may well be looked at afterwards."""
    told_at = next((int(entry["at"]) for entry in session["history"] if entry["event"] == "delivered"), None)
    return told_at is not None and datetime.fromisoformat(report["received_at"]).timestamp() * 1000 > told_at
