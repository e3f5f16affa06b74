"""`Retry-After` (RFC 9110 section 10.2.3): a number of seconds, or a date."""

import time
from email.utils import parsedate_to_datetime


def seconds(header: str | None) -> float | None:
    """Return how long the answer asks us to wait, from now; None where it does not say, or not in words we know."""
    if not header:
        return None
    if header.strip().isdecimal():
        return float(header)
    try:
        return max(parsedate_to_datetime(header).timestamp() - time.time(), 0.0)
    except ValueError:
        return None
