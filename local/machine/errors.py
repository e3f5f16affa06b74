class LocalError(Exception):
    """The local run cannot go on. The message is one line that tells the developer how to remove the cause."""
