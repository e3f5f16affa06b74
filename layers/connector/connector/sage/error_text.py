"""Sage's description of a failure as short, printable text, for a record and for the command line."""

from connector.sage.api_response import ApiResponse
from connector.sage.messages import ErrorResponse, Statement

LONGEST_TEXT = 300
"""Characters of a text, at most."""


def describe(response: ApiResponse) -> str:
    """Describe a response: its status and, where it has them, its error code and message."""
    if response.status is None:
        return "no answer"
    error = response.read(ErrorResponse)
    words = (error.error.code, error.error.detail or error.error.message) if error else ()
    return short(": ".join([f"HTTP {response.status}", *filter(None, words)]))


def reason_of(statement: Statement) -> str:
    """Return the reason why a statement was rejected."""
    return short(f"statement {statement.status}: {statement.reason or 'Sage gave no reason'}")


def short(text: str) -> str:
    """Replace characters that cannot be printed, and cut the text to LONGEST_TEXT."""
    return "".join(character if character.isprintable() else " " for character in text)[:LONGEST_TEXT]
