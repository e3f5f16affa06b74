"""Calls that must not come too often."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from connector.runtime.rate_limiter import RateLimiter
from tests.fakes.clock import Clock


def test_the_first_call_does_not_wait() -> None:
    clock = Clock()

    RateLimiter(4, clock, clock.pause).wait()

    assert clock.pauses == []


@pytest.mark.parametrize("per_second", [0.5, 2.5, 8])
def test_those_that_come_early_are_spaced_evenly(per_second: float) -> None:
    clock = Clock()
    rate_limiter, began = RateLimiter(per_second, clock, clock.pause), clock.now

    for _ in range(10):
        rate_limiter.wait()

    assert clock.now - began == pytest.approx(9 / per_second)


def test_a_rest_is_not_made_up_for_by_a_burst() -> None:
    clock = Clock()
    rate_limiter = RateLimiter(2, clock, clock.pause)
    rate_limiter.wait()
    clock.now += 60

    rate_limiter.wait()
    rate_limiter.wait()

    assert clock.pauses == [0.5]


def test_threads_share_one_pace() -> None:
    turns, together = list[float](), threading.Barrier(8)
    rate_limiter = RateLimiter(10, lambda: 0.0, turns.append)

    def run(_: int) -> None:
        together.wait()
        rate_limiter.wait()

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(run, range(8)))

    assert sorted(turns) == pytest.approx([n / 10 for n in range(1, 8)])
