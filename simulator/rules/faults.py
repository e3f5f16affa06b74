"""What goes wrong, where and when: planned by a tester, repeatable by its seed."""

import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from fnmatch import fnmatchcase
from random import Random


class Kind(StrEnum):
    """Everything that can go wrong with one request."""

    STATUS = "status"
    """Answered with a status and not carried out."""
    STATUS_AFTER = "status_after"
    """Carried out, and answered with a status all the same."""
    DELAY = "delay"
    DROP_BEFORE = "drop_before"
    """The connection is closed without an answer; nothing was carried out."""
    DROP_AFTER = "drop_after"
    """Carried out, and the connection closed without an answer."""
    MALFORMED = "malformed"
    """Carried out, and answered with a body that is not what its type says."""
    TRUNCATED = "truncated"
    """Carried out, and the connection closed in the middle of the answer."""
    REVOKE_TOKEN = "revoke_token"  # noqa: S105 - a kind of fault
    """The request's own bearer token is revoked before it is looked at."""
    ROTATE_SECRET = "rotate_secret"  # noqa: S105 - a kind of fault
    """The provider's client secret is replaced before the request is looked at."""


@dataclass(frozen=True)
class Fault:
    """One thing that goes wrong. `retry_after` is the header's value; `seconds` are those of a delay."""

    kind: Kind
    status: int = 503
    retry_after: str | None = None
    seconds: float = 0

    @property
    def label(self) -> str:
        """Name it in a table."""
        if self.kind not in {Kind.STATUS, Kind.STATUS_AFTER}:
            return self.kind.value
        after = " after it took effect" if self.kind is Kind.STATUS_AFTER else ""
        return f"{self.status}{after}{' with Retry-After' if self.retry_after else ''}"


@dataclass(frozen=True)
class Plan:
    """Faults for the requests to a party whose `METHOD /path` matches a pattern (`*` is anything).

    Without `probability` the faults come in order, one a request (None: all is well), and then the plan is done. With
    it, each request meets one of them with that probability, drawn from `seed`. With `for_seconds` it ends by itself.
    """

    party: str
    endpoint: str
    faults: tuple[Fault | None, ...]
    probability: float | None = None
    seed: int = 0
    for_seconds: float | None = None


class Faults:
    """All plans in force, and what came of them."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._running: list[_Running] = []
        self._met: Counter[tuple[str, str]] = Counter()

    def add(self, plan: Plan) -> None:
        """Put a plan into force."""
        with self._lock:
            self._running.append(_Running(plan, self._clock()))

    def clear(self) -> None:
        """Let all go well again; what was met is still told."""
        with self._lock:
            self._running.clear()

    def reset(self) -> None:
        """Forget everything."""
        with self._lock:
            self._running.clear()
            self._met.clear()

    def plans(self) -> list[Plan]:
        """List the plans in force."""
        with self._lock:
            self._forget_ended()
            return [running.plan for running in self._running]

    def met(self) -> list[tuple[str, str, int]]:
        """List party, fault and how many requests met it."""
        with self._lock:
            return sorted((party, label, times) for (party, label), times in self._met.items())

    def meet(self, party: str, method: str, path: str) -> Fault | None:
        """Say what goes wrong with a request: of the first plan that matches it."""
        with self._lock:
            self._forget_ended()
            for running in self._running:
                if running.matches(party, f"{method} {path}"):
                    fault = running.next()
                    self._met.update([(party, fault.label)] if fault else [])
                    return fault
            return None

    def _forget_ended(self) -> None:
        now = self._clock()
        self._running = [running for running in self._running if not running.has_ended(now)]


class _Running:
    def __init__(self, plan: Plan, now: float) -> None:
        self.plan = plan
        self._ends_at = now + plan.for_seconds if plan.for_seconds is not None else float("inf")
        self._random = Random(plan.seed)  # noqa: S311 - to be repeatable is the point
        self._left = list(plan.faults)

    def has_ended(self, now: float) -> bool:
        return now >= self._ends_at or not self._left

    def matches(self, party: str, request: str) -> bool:
        return party == self.plan.party and fnmatchcase(request, self.plan.endpoint)

    def next(self) -> Fault | None:
        if self.plan.probability is None:
            return self._left.pop(0)
        # Both are drawn each time, so that what comes later does not depend on what came before.
        met, fault = self._random.random() < self.plan.probability, self._random.choice(self.plan.faults)
        return fault if met else None
