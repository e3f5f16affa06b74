class Outage(Exception):  # noqa: N818 - names the state: the caller goes on without
    """A service of AWS did not answer. What was asked of it may or may not have been done."""
