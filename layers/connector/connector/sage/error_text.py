"""What Sage says of a failure, short and printable, to be kept and shown beside it."""

from connector.sage.messages import ErrorResponse, Statement
from connector.sage.provider_api import ApiResponse

LONGEST = 300
"""Characters that are kept."""


def describe(answer: ApiResponse) -> str:
    """Say what Banking Service answered: its status and, where it has any, its own words."""
    if answer.status is None:
        return "no answer"
    error = answer.read(ErrorResponse)
    words = (error.error.code, error.error.detail or error.error.message) if error else ()
    return short(": ".join([f"HTTP {answer.status}", *filter(None, words)]))


def reason_of(statement: Statement) -> str:
    """Say why a statement was rejected."""
    return short(f"statement {statement.status}: {statement.reason or 'Sage gave no reason'}")


def short(text: str) -> str:
    """Make a text fit to be kept."""
    return "".join(character if character.isprintable() else " " for character in text)[:LONGEST]
