"""`Retry-After` (RFC 9110 section 10.2.3): a number of seconds, or a date."""

import time
from email.utils import parsedate_to_datetime

LONGEST = 3600.0
"""Seconds. Whatever asks for more is asked again after an hour: nothing of ours can wait longer."""


def seconds(header: str | None) -> float | None:
    """Return how long the answer asks us to wait, from now; None where it does not say, or not in words we know."""
    if not header:
        return None
    if header.strip().isdecimal():
        return min(float(header), LONGEST)
    try:
        return min(max(parsedate_to_datetime(header).timestamp() - time.time(), 0.0), LONGEST)
    except ValueError:
        return None
