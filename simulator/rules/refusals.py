"""The reasons for which Banking Service refuses a request. Each `code` is an error code of Sage's APIs."""

from typing import ClassVar


class RefusalError(Exception):
    """Banking Service refuses the request."""

    code: ClassVar[str]


class ValidationError(RefusalError):
    """The request does not have the documented form."""

    code = "ValidationError"


class AuthenticationError(RefusalError):
    """The caller's token or API key is not valid."""

    code = "AuthenticationError"


class NotFoundError(RefusalError):
    """The resource does not exist."""

    code = "NotFoundError"


class UnsupportedOperationError(RefusalError):
    """The state of the resource does not allow the operation."""

    code = "UnsupportedOperationError"
