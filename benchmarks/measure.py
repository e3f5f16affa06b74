"""Cold starts and warm calls of every subject, interleaved.

Each round starts each subject once, in an order of its own.
"""

import random
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.packages import Package, Packages
from benchmarks.runtime import Answer, Runtime, started
from benchmarks.traffic import FUNCTIONS, Event, Traffic
from benchmarks.upstream import Upstream

FLOOR = "floor"
OURS = "ours"
PEER_FUNCTIONS = ("GET /authrefresh", "POST /notification")


@dataclass(frozen=True)
class Subject:
    """One thing to measure: an implementation's answer to one request, in one way of packaging."""

    implementation: str
    packaging: str
    """`deployed` (ours), `byte-code`, or `as packaged` by its own tool."""
    function: str
    package: Package
    traffic: Traffic

    @property
    def name(self) -> str:
        """How it is listed."""
        single = self.implementation in {OURS, FLOOR}
        return self.implementation if single else f"{self.implementation}, {self.packaging}"

    def event(self) -> Event:
        """Make the next request."""
        return FUNCTIONS[self.function][1](self.traffic)


@dataclass
class Samples:
    """What was measured of one subject. Times are in milliseconds, memory in KiB; one entry for each cold start."""

    init: list[float] = field(default_factory=list)
    first: list[float] = field(default_factory=list)
    """The first answer, without AWS's and Sage's time."""
    first_whole: list[float] = field(default_factory=list)
    """The same with it."""
    cold_cpu: list[float] = field(default_factory=list)
    """CPU time of the process from its start to its first answer."""
    cold_peak: list[int] = field(default_factory=list)
    warm_peak: list[int] = field(default_factory=list)
    warm_cpu: list[float] = field(default_factory=list)
    """CPU time of one warm call, the mean of those after one cold start."""
    warm: list[float] = field(default_factory=list)
    """One entry for each warm call, without AWS's and Sage's time."""
    warm_whole: list[float] = field(default_factory=list)
    cold_calls: Counter[str] = field(default_factory=Counter)
    warm_calls: Counter[str] = field(default_factory=Counter)
    modules: int = 0
    """Modules in memory after the first answer, the runtime's own among them."""
    size: int = 0
    """Bytes of the package with its layers, unpacked."""

    @property
    def cold(self) -> list[float]:
        """Init and first answer together."""
        return [init + first for init, first in zip(self.init, self.first, strict=True)]


@contextmanager
def subjects(packages: Packages, upstream: Upstream) -> Iterator[list[Subject]]:
    """Start what prepares the sessions, and list everything to measure."""
    with ExitStack() as stack:

        def start(package: Package) -> Runtime:
            return stack.enter_context(started(package, upstream))

        ours = Traffic(upstream, {name: start(package) for name, package in packages.ours.items()})
        listed = [
            Subject(OURS, "deployed", function, packages.ours[FUNCTIONS[function][0]], ours) for function in FUNCTIONS
        ]
        listed.append(Subject(FLOOR, "byte-code", "GET /authrefresh", packages.floor, Traffic(upstream, {})))
        for name, compiled in packages.compiled_peers.items():
            helper = start(compiled)
            traffic = Traffic(upstream, dict.fromkeys(("notification", "authrefresh"), helper))
            for packaging, package in (("byte-code", compiled), ("as packaged", packages.peers[name])):
                listed += [Subject(name, packaging, function, package, traffic) for function in PEER_FUNCTIONS]
        yield listed


def measure(
    listed: list[Subject], upstream: Upstream, *, cold: int, warm: int, progress: Callable[[str], None]
) -> dict[Subject, Samples]:
    """Start each subject `cold` times; share `warm` calls among its starts. Raise RuntimeError for a wrong answer."""
    measured = {subject: Samples(modules=_modules(subject, upstream), size=subject.package.size) for subject in listed}
    order = random.Random(1)  # noqa: S311 - an order that can be repeated
    before = _byte_code(listed)
    for turn in range(cold):
        progress(f"round {turn + 1} of {cold}")
        order.shuffle(listed)
        for subject in listed:
            _once(subject, upstream, measured[subject], warm=warm // cold + (turn < warm % cold))
    if _byte_code(listed) != before:
        raise RuntimeError("a function wrote byte-code: on Lambda its file system is read-only")
    return measured


def _once(subject: Subject, upstream: Upstream, samples: Samples, *, warm: int) -> None:
    # Made ahead, so that nothing else runs between the calls but the function.
    events = [subject.event() for _ in range(warm + 1)]
    with started(subject.package, upstream) as runtime:
        first = _checked(subject, runtime.invoke(events[0]))
        cold = runtime.usage()
        samples.init.append(runtime.init_milliseconds)
        samples.first.append(first.own_milliseconds)
        samples.first_whole.append(first.milliseconds)
        samples.cold_cpu.append(cold.cpu_milliseconds)
        samples.cold_peak.append(cold.peak_kibibytes)
        samples.cold_calls = Counter(call.name for call in first.calls)
        for event in events[1:]:
            answer = _checked(subject, runtime.invoke(event))
            samples.warm.append(answer.own_milliseconds)
            samples.warm_whole.append(answer.milliseconds)
            samples.warm_calls = Counter(call.name for call in answer.calls)
        after = runtime.usage()
        samples.warm_peak.append(after.peak_kibibytes)
        if warm:
            samples.warm_cpu.append((after.cpu_milliseconds - cold.cpu_milliseconds) / warm)


def _checked(subject: Subject, answer: Answer) -> Answer:
    if answer.status not in FUNCTIONS[subject.function][2]:
        raise RuntimeError(f"{subject.name} answered {subject.function} with {answer.status}: {answer.body[:300]}")
    return answer


def _modules(subject: Subject, upstream: Upstream) -> int:
    with started(subject.package, upstream, probed=True) as runtime:
        _checked(subject, runtime.invoke(subject.event()))
        return len(runtime.send({"probe": True})["modules"])


def _byte_code(listed: list[Subject]) -> Mapping[Path, int]:
    """Count the compiled files of each package."""
    folders = {folder for subject in listed for folder in (subject.package.folder, *subject.package.layers)}
    return {folder: sum(1 for _ in folder.rglob("*.pyc")) for folder in folders}
