"""`Retry-After` (RFC 9110 section 10.2.3): a number of seconds, or a date."""

import time
from email.utils import parsedate_to_datetime

LONGEST_SECONDS = 3600.0
"""A longer wait is cut to an hour: no retry of the connector can wait longer."""


def seconds(header: str | None) -> float | None:
    """Return the seconds to wait from now; None where the header is missing or malformed."""
    if not header:
        return None
    if header.strip().isdecimal():
        return min(float(header), LONGEST_SECONDS)
    try:
        return min(max(parsedate_to_datetime(header).timestamp() - time.time(), 0.0), LONGEST_SECONDS)
    except ValueError:
        return None
