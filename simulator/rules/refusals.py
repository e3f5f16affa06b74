"""Why Banking Service refuses a request; the names are the error codes of Sage's error body."""

from typing import ClassVar


class RefusalError(Exception):
    """A request that Banking Service does not carry out."""

    code: ClassVar[str]


class ValidationError(RefusalError):
    """The request has not the documented shape."""

    code = "ValidationError"


class AuthenticationError(RefusalError):
    """The caller's token or API key is not valid."""

    code = "AuthenticationError"


class NotFoundError(RefusalError):
    """There is no such thing."""

    code = "NotFoundError"


class UnsupportedOperationError(RefusalError):
    """The thing is not in a state that supports the operation."""

    code = "UnsupportedOperationError"
