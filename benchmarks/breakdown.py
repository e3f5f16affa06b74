"""Where a cold start spends its time: imports by package (`python -X importtime`), and the first answer by function."""

import argparse
import re
import sys
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from benchmarks.__main__ import WORKSPACE
from benchmarks.measure import OURS, Subject, subjects
from benchmarks.packages import package_all
from benchmarks.runtime import started
from benchmarks.traffic import FUNCTIONS
from benchmarks.upstream import Upstream, upstream
from local.machine.terminal import say

LINE = re.compile(r"import time:\s+(\d+) \|\s+(\d+) \|( *)([\w.]+)")
MOST = 30


@dataclass(frozen=True)
class Import:
    """One module's import, in microseconds."""

    name: str
    own: int
    cumulative: int
    """With what the module imported first."""
    depth: int

    @property
    def package(self) -> str:
        """The package that the module belongs to; the standard library is one."""
        first = self.name.partition(".")[0]
        return "(standard library)" if first in sys.stdlib_module_names else first


def read_imports(log: str) -> Iterator[Import]:
    """Read what `-X importtime` wrote."""
    for own, cumulative, indent, name in LINE.findall(log):
        yield Import(name, int(own), int(cumulative), len(indent) // 2)


def by_package(imports: list[Import]) -> list[tuple[str, int, int]]:
    """Return each package, its microseconds and its number of modules; the slowest first."""
    spent: dict[str, int] = defaultdict(int)
    modules: dict[str, int] = defaultdict(int)
    for found in imports:
        spent[found.package] += found.own
        modules[found.package] += 1
    return sorted(((name, spent[name], modules[name]) for name in spent), key=lambda row: -row[1])


def by_import(imports: list[Import]) -> list[tuple[str, int]]:
    """Return the modules whose import, with what it brings, takes longest."""
    return sorted(((found.name, found.cumulative) for found in imports), key=lambda row: -row[1])


def breakdown(subject: Subject, served: Upstream) -> str:
    """Start the subject once under both profilers. Profilers slow what they watch: compare shares, not times."""
    events = [subject.event() for _ in range(2)]
    with started(subject.package, served, probed=True, variables={"PYTHONPROFILEIMPORTTIME": "1"}) as runtime:
        runtime.invoke(events[0])
        imports = list(read_imports(runtime.log_text))
    with started(subject.package, served, probed=True) as runtime:
        runtime.invoke(events[1])
        answer = runtime.send({"probe": True})
    whole = sum(found.own for found in imports)
    lines = [f"## {subject.name}, {subject.function}: {len(imports)} modules, {whole / 1000:.0f} ms of imports", ""]
    lines += ["By package, its own modules only:"]
    lines += [
        f"{spent / 1000:8.1f} ms {spent / whole:6.1%} {modules:5} modules  {name}"
        for name, spent, modules in by_package(imports)[:MOST]
    ]
    lines += ["", "By import, with what it brings:"]
    lines += [f"{spent / 1000:8.1f} ms {spent / whole:6.1%}  {name}" for name, spent in by_import(imports)[:MOST]]
    return "\n".join([*lines, "", "The first answer:", str(answer["profile"])])


def main() -> None:
    """Print the breakdown of each of our functions, or of another implementation's."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.breakdown", description=__doc__)
    parser.add_argument("function", nargs="?", help=f"one of {', '.join(FUNCTIONS)} (default: all)")
    parser.add_argument("--of", default=OURS, help="ours, floor, or a peer's name (%(default)s)")
    wanted = parser.parse_args()
    packages = package_all(WORKSPACE)
    with upstream() as served, subjects(packages, served) as listed:
        for subject in listed:
            if (
                subject.implementation == wanted.of
                and subject.packaging != "as packaged"
                and wanted.function in {None, subject.function}
            ):
                say(breakdown(subject, served))


if __name__ == "__main__":
    main()
