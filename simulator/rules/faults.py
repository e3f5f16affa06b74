"""Planned faults: which request gets which fault. A seed makes a random plan repeatable."""

import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from fnmatch import fnmatchcase
from random import Random


class Kind(StrEnum):
    """The kinds of faults of one request."""

    STATUS = "status"
    """The request is not executed; the response has the planned status."""
    STATUS_AFTER = "status_after"
    """The request is executed; the response has the planned status."""
    DELAY = "delay"
    """The request is executed after the planned number of seconds."""
    DROP_BEFORE = "drop_before"
    """The request is not executed; the connection is closed without a response."""
    DROP_AFTER = "drop_after"
    """The request is executed; the connection is closed without a response."""
    MALFORMED = "malformed"
    """The request is executed; the body of the response is not valid JSON."""
    TRUNCATED = "truncated"
    """The request is executed; the connection is closed after half of the body."""
    REVOKE_TOKEN = "revoke_token"  # noqa: S105 - a kind of fault
    """The request's bearer token is revoked before the party reads the request."""
    TWICE = "twice"
    """The request is executed twice; the response is that of the second time."""
    ROTATE_SECRET = "rotate_secret"  # noqa: S105 - a kind of fault
    """The provider's client secret is replaced before the party reads the request."""


@dataclass(frozen=True)
class Fault:
    """One fault. `retry_after` is the value of the header; `seconds` is the length of a delay."""

    kind: Kind
    status: int = 503
    retry_after: str | None = None
    seconds: float = 0

    @property
    def label(self) -> str:
        """The name of the fault in a table."""
        if self.kind not in {Kind.STATUS, Kind.STATUS_AFTER}:
            return self.kind.value
        after = " after execution" if self.kind is Kind.STATUS_AFTER else ""
        return f"{self.status}{after}{' with Retry-After' if self.retry_after else ''}"


@dataclass(frozen=True)
class Plan:
    """Faults for the requests to a party whose `METHOD /path` matches a pattern (`*` is anything).

    Without `probability`, the faults apply in order, one for each request (None: no fault), and then the plan ends.
    With `probability`, each request gets one of the faults with that probability, drawn with `seed`. `for_seconds` ends
    the plan after so many seconds.
    """

    party: str
    endpoint: str
    faults: tuple[Fault | None, ...]
    probability: float | None = None
    seed: int = 0
    for_seconds: float | None = None


class Faults:
    """The plans in force, and the number of faults that were applied."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._running: list[_Running] = []
        self._applied: Counter[tuple[str, str]] = Counter()

    def add(self, plan: Plan) -> None:
        """Add a plan."""
        with self._lock:
            self._running.append(_Running(plan, self._clock()))

    def clear(self) -> None:
        """Remove all plans. The numbers of applied faults remain."""
        with self._lock:
            self._running.clear()

    def reset(self) -> None:
        """Remove all plans and numbers."""
        with self._lock:
            self._running.clear()
            self._applied.clear()

    def plans(self) -> list[Plan]:
        """List the plans in force."""
        with self._lock:
            self._remove_ended()
            return [running.plan for running in self._running]

    def applied(self) -> list[tuple[str, str, int]]:
        """List each party, fault and number of requests that got the fault."""
        with self._lock:
            return sorted((party, label, times) for (party, label), times in self._applied.items())

    def next_fault(self, party: str, method: str, path: str) -> Fault | None:
        """Return the fault of a request, from the first plan that matches the request."""
        with self._lock:
            self._remove_ended()
            for running in self._running:
                if running.matches(party, f"{method} {path}"):
                    fault = running.next()
                    self._applied.update([(party, fault.label)] if fault else [])
                    return fault
            return None

    def _remove_ended(self) -> None:
        now = self._clock()
        self._running = [running for running in self._running if not running.has_ended(now)]


class _Running:
    def __init__(self, plan: Plan, now: float) -> None:
        self.plan = plan
        self._ends_at = now + plan.for_seconds if plan.for_seconds is not None else float("inf")
        self._random = Random(plan.seed)  # noqa: S311 - the sequence must be repeatable
        self._left = list(plan.faults)

    def has_ended(self, now: float) -> bool:
        return now >= self._ends_at or not self._left

    def matches(self, party: str, request: str) -> bool:
        return party == self.plan.party and fnmatchcase(request, self.plan.endpoint)

    def next(self) -> Fault | None:
        if self.plan.probability is None:
            return self._left.pop(0)
        # Both values are drawn for each request, so that the second draw does not depend on the first.
        is_applied, fault = self._random.random() < self.plan.probability, self._random.choice(self.plan.faults)
        return fault if is_applied else None
