class ServiceUnavailableError(Exception):
    """A service of AWS did not answer. What was asked of it may or may not have been done."""
