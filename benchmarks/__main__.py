"""Measure ours beside the floor and the peers; write the figures, a table and a chart."""

import argparse
import platform
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.chart import chart
from benchmarks.measure import measure, subjects
from benchmarks.packages import package_all
from benchmarks.results import Run, as_json, as_markdown, summarised
from benchmarks.upstream import upstream
from local.machine.terminal import say
from local.machine.workspace import DEFAULT_WORKSPACE, Workspace

WORKSPACE = Workspace(DEFAULT_WORKSPACE.directory / "benchmark")
RESULTS = Path(__file__).parent / "results"


def main() -> None:
    """Measure and write."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--cold", type=_positive, default=20, help="cold starts of each subject (%(default)s)")
    parser.add_argument("--warm", type=_positive, default=1000, help="warm calls of each subject (%(default)s)")
    parser.add_argument("--results", type=Path, default=RESULTS, help="where to write (%(default)s)")
    wanted = parser.parse_args()
    packages = package_all(WORKSPACE)
    began = datetime.now(UTC)
    with upstream() as served, subjects(packages, served) as listed:
        measured = measure(list(listed), served, cold=wanted.cold, warm=wanted.warm, progress=say)
    run = Run(
        at=began.isoformat(timespec="seconds"),
        machine=f"{platform.system()} {platform.machine()}, Python {platform.python_version()}",
        cold=wanted.cold,
        warm=wanted.warm,
        figures=summarised(measured),
    )
    wanted.results.mkdir(parents=True, exist_ok=True)
    (wanted.results / "results.json").write_text(as_json(run))
    (wanted.results / "results.md").write_text(as_markdown(run))
    (wanted.results / "cold.svg").write_text(chart(run))
    say(as_markdown(run))
    say(f"Written to {wanted.results}.")


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise ValueError("at least 1")
    return number


if __name__ == "__main__":
    main()
