"""A deadline for a whole call."""

from threading import Event

import pytest
import requests

from connector.runtime.deadline import call_with_deadline


def test_a_call_that_ends_in_time_returns_its_result_or_raises_its_error() -> None:
    assert call_with_deadline(5, lambda: "answer") == "answer"
    with pytest.raises(ZeroDivisionError):
        call_with_deadline(5, lambda: 1 / 0)


def test_a_call_that_takes_too_long_is_a_timeout() -> None:
    over = Event()
    with pytest.raises(requests.ReadTimeout):
        call_with_deadline(0.05, lambda: over.wait(60))
    over.set()
