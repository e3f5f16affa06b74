"""What was measured, summarised: medians, spread and ratios; as JSON and as a Markdown table."""

import json
import statistics
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from math import ceil

from benchmarks.measure import FLOOR, OURS, Samples, Subject

KIBIBYTES_OF_MEBIBYTE = 1024
BYTES_OF_MEGABYTE = 1_000_000


@dataclass(frozen=True)
class Spread:
    """The median, the quartiles around it, and the ends."""

    median: float
    low: float
    """The first quartile."""
    high: float
    """The third quartile."""
    least: float
    most: float

    @classmethod
    def of(cls, values: Sequence[float]) -> "Spread":
        """Summarise at least one value."""
        low, median, high = statistics.quantiles(values, n=4, method="inclusive") if len(values) > 1 else [*values] * 3
        return cls(median, low, high, min(values), max(values))


@dataclass(frozen=True)
class Figures:
    """One subject's figures. Times are in milliseconds; a ratio is the median of the rounds' own ratios."""

    function: str
    name: str
    init: Spread
    first: Spread
    cold: Spread
    cold_cpu: Spread
    cold_to_floor: Spread
    cold_to_ours: Spread | None
    cpu_to_floor: Spread
    cpu_to_ours: Spread | None
    cold_peak_mebibytes: float
    warm_peak_mebibytes: float
    peak_to_floor: float
    warm_median: float
    warm_p99: float
    warm_over_floor: float
    """Of the medians, in milliseconds."""
    warm_whole_median: float
    """With the time that AWS and Sage took to answer."""
    warm_cpu: float
    modules: int
    package_megabytes: float
    cold_calls: Mapping[str, int]
    warm_calls: Mapping[str, int]


@dataclass(frozen=True)
class Run:
    """One run of the benchmark."""

    at: str
    machine: str
    cold: int
    warm: int
    figures: Sequence[Figures]


def summarised(measured: Mapping[Subject, Samples]) -> list[Figures]:
    """Summarise, ours first in each function; the floor stands in every function."""
    [floor] = [samples for subject, samples in measured.items() if subject.implementation == FLOOR]
    ours = {subject.function: samples for subject, samples in measured.items() if subject.implementation == OURS}
    figures = [
        _figures(subject, samples, floor, None if samples is floor else ours[subject.function])
        for subject, samples in measured.items()
    ]
    functions = ["-", *ours]
    return sorted(figures, key=lambda f: (functions.index(f.function), f.name != OURS, f.cold.median))


def _figures(subject: Subject, samples: Samples, floor: Samples, ours: Samples | None) -> Figures:
    peak = statistics.median(samples.cold_peak)
    return Figures(
        function="-" if samples is floor else subject.function,
        name=subject.name,
        init=Spread.of(samples.init),
        first=Spread.of(samples.first),
        cold=Spread.of(samples.cold),
        cold_cpu=Spread.of(samples.cold_cpu),
        cold_to_floor=_ratio(samples.cold, floor.cold),
        cold_to_ours=_ratio(samples.cold, ours.cold) if ours else None,
        cpu_to_floor=_ratio(samples.cold_cpu, floor.cold_cpu),
        cpu_to_ours=_ratio(samples.cold_cpu, ours.cold_cpu) if ours else None,
        cold_peak_mebibytes=peak / KIBIBYTES_OF_MEBIBYTE,
        warm_peak_mebibytes=statistics.median(samples.warm_peak) / KIBIBYTES_OF_MEBIBYTE,
        peak_to_floor=peak / statistics.median(floor.cold_peak),
        warm_median=statistics.median(samples.warm),
        warm_p99=_percentile(samples.warm, 0.99),
        warm_over_floor=statistics.median(samples.warm) - statistics.median(floor.warm),
        warm_whole_median=statistics.median(samples.warm_whole),
        warm_cpu=statistics.median(samples.warm_cpu),
        modules=samples.modules,
        package_megabytes=samples.size / BYTES_OF_MEGABYTE,
        cold_calls=dict(samples.cold_calls),
        warm_calls=dict(samples.warm_calls),
    )


def _ratio(values: Sequence[float], base: Sequence[float]) -> Spread:
    """Pair the values of the same rounds, in which the machine was equally busy."""
    return Spread.of([value / other for value, other in zip(values, base, strict=True)])


def _percentile(values: Sequence[float], share: float) -> float:
    """Return the smallest value that at least this share of the values does not exceed."""
    ordered = sorted(values)
    return ordered[ceil(share * len(ordered)) - 1]


def as_json(run: Run) -> str:
    """Write everything."""
    return json.dumps(asdict(run), indent=1) + "\n"


HEADINGS = (
    "init",
    "first answer",
    "cold",
    "cold / floor",
    "cold / ours",
    "CPU cold",
    "CPU / floor",
    "CPU / ours",
    "peak MiB",
    "peak / floor",
    "warm p50",
    "warm p99",
    "over floor",
    "CPU warm",
    "modules",
    "package MB",
    "AWS and Sage, cold",
    "warm",
)


def as_markdown(run: Run) -> str:
    """Write a table for each function."""
    lines = [
        f"{run.at}, {run.machine}: {run.cold} cold starts and {run.warm} warm calls of each, interleaved. Times in ms:",
        "median (first to third quartile), without the time that AWS and Sage took to answer.",
        "",
    ]
    floor = [figures for figures in run.figures if figures.name == FLOOR]
    for function in dict.fromkeys(figures.function for figures in run.figures if figures.name != FLOOR):
        rows = [figures for figures in run.figures if figures.function == function]
        lines += [f"### {function}", "", f"| | {' | '.join(HEADINGS)} |", f"|---|{'---:|' * len(HEADINGS)}"]
        lines += [f"| {figures.name} | {' | '.join(_cells(figures))} |" for figures in [*rows, *floor]]
        lines.append("")
    return "\n".join(lines)


def _cells(figures: Figures) -> list[str]:
    return [
        _spread(figures.init),
        _spread(figures.first),
        _spread(figures.cold),
        _spread(figures.cold_to_floor, 2),
        _spread(figures.cold_to_ours, 2),
        _spread(figures.cold_cpu),
        _spread(figures.cpu_to_floor, 2),
        _spread(figures.cpu_to_ours, 2),
        f"{figures.cold_peak_mebibytes:.1f}",
        f"{figures.peak_to_floor:.2f}",
        f"{figures.warm_median:.2f}",
        f"{figures.warm_p99:.2f}",
        f"{figures.warm_over_floor:.2f}",
        f"{figures.warm_cpu:.2f}",
        str(figures.modules),
        f"{figures.package_megabytes:.1f}",
        _calls(figures.cold_calls),
        _calls(figures.warm_calls),
    ]


def _spread(spread: Spread | None, digits: int = 0) -> str:
    if spread is None:
        return ""
    return f"{spread.median:.{digits}f} ({spread.low:.{digits}f}-{spread.high:.{digits}f})"


def _calls(calls: Mapping[str, int]) -> str:
    return ", ".join(f"{count} {name}" if count > 1 else name for name, count in sorted(calls.items()))
