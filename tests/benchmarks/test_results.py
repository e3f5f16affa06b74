"""The figures of a run: how they are summarised, written and drawn."""

import json
from collections import Counter
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from benchmarks.chart import chart
from benchmarks.measure import FLOOR, OURS, Samples, Subject
from benchmarks.packages import Package
from benchmarks.results import Run, Spread, as_json, as_markdown, summarised


def subject(implementation: str, packaging: str = "byte-code") -> Subject:
    package = Package(implementation, Path("/nowhere"), (), Path("/nowhere"))
    nothing: Any = None
    return Subject(implementation, packaging, "GET /authrefresh", package, nothing)


def samples(init: list[float], first: float = 10, peak: int = 51_200) -> Samples:
    return Samples(
        init=init,
        first=[first] * len(init),
        first_whole=[first + 5] * len(init),
        cold_cpu=init,
        cold_peak=[peak] * len(init),
        warm_peak=[peak] * len(init),
        warm_cpu=[2] * len(init),
        warm=[float(n) for n in range(1, 101)],
        warm_whole=[float(n + 5) for n in range(1, 101)],
        cold_calls=Counter({"UpdateItem": 1}),
        warm_calls=Counter({"UpdateItem": 1}),
    )


@pytest.fixture
def run() -> Run:
    """Three rounds, the second of them on a busy machine."""
    measured = {
        subject(FLOOR): samples([190, 490, 190]),
        subject("peer", "as packaged"): samples([590, 1490, 590], peak=102_400),
        subject(OURS, "deployed"): samples([290, 740, 290]),
    }
    return Run("2026-11-24T00:00:00+00:00", "Linux", 3, 100, summarised(measured))


def test_a_ratio_is_of_the_same_round(run: Run) -> None:
    ours = next(figures for figures in run.figures if figures.name == OURS)
    peer = next(figures for figures in run.figures if figures.name == "peer, as packaged")

    assert ours.cold_to_floor == Spread(1.5, 1.5, 1.5, 1.5, 1.5)
    assert peer.cold_to_ours == Spread(2, 2, 2, 2, 2)
    assert peer.peak_to_floor == 2


def test_cold_is_init_and_first_answer_without_the_time_of_aws(run: Run) -> None:
    ours = next(figures for figures in run.figures if figures.name == OURS)

    assert (ours.init.median, ours.first.median, ours.cold.median) == (290, 10, 300)


def test_the_99th_percentile_is_the_value_that_one_in_a_hundred_exceeds(run: Run) -> None:
    assert {figures.warm_p99 for figures in run.figures} == {99}


def test_one_cold_start_has_no_spread() -> None:
    assert Spread.of([7]) == Spread(7, 7, 7, 7, 7)


def test_the_table_lists_ours_first_and_the_floor_in_every_function(run: Run) -> None:
    rows = [line.split("|")[1].strip() for line in as_markdown(run).splitlines() if line.startswith("| ")]

    assert rows == ["", OURS, "peer, as packaged", FLOOR]


def test_the_json_has_every_figure(run: Run) -> None:
    written = json.loads(as_json(run))

    assert len(written["figures"]) == 3
    assert written["figures"][1]["warm_calls"] == {"UpdateItem": 1}


def test_the_chart_is_an_image_with_a_title_that_draws_each_subject(run: Run) -> None:
    image = ET.fromstring(chart(run))  # noqa: S314 - our own

    svg = "{http://www.w3.org/2000/svg}"
    texts = [text.text or "" for text in image.iter(f"{svg}text")]
    assert image.find(f"{svg}title") is not None
    assert {OURS, FLOOR, "peer, as packaged"} <= set(texts)
    assert "600, 2.00 times ours" in texts
