"""How long an answer asks us to wait."""

import time
from email.utils import formatdate

import pytest

from connector.sage import retry_after


@pytest.mark.parametrize(("header", "seconds"), [("0", 0), ("7", 7), ("120", 120), (" 5 ", 5)])
def test_a_number_of_seconds_is_taken_as_it_is(header: str, seconds: float) -> None:
    assert retry_after.seconds(header) == seconds


def test_a_date_is_counted_from_now() -> None:
    assert retry_after.seconds(formatdate(time.time() + 90, usegmt=True)) == pytest.approx(90, abs=2)


def test_a_date_that_has_passed_asks_for_no_wait() -> None:
    assert retry_after.seconds("Wed, 21 Oct 2015 07:28:00 GMT") == 0


@pytest.mark.parametrize("header", [None, "", "soon", "-5", "1.5", "Wed, 99 Oct 2015"])
def test_what_is_missing_or_neither_asks_for_nothing(header: str | None) -> None:
    assert retry_after.seconds(header) is None
