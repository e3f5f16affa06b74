"""An authenticator's errors stop here."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from traceback import extract_tb

from connector.authenticators.port import (
    Answer,
    Authenticator,
    AuthenticatorResult,
    AuthenticatorUnavailableError,
    Granted,
    Visit,
)
from connector.runtime.observability import count, logger
from connector.runtime.settings import ConfigurationError

LARGEST_RESULT = 128 * 1024
"""Bytes. The session stores the last prompt, and an item of its table has at most 400 KiB."""


@dataclass
class ErrorBoundary(Authenticator):
    """Any authenticator, whose every error becomes AuthenticatorUnavailableError: the customer may try again.

    A result that is too large to be stored in the session is an error too.

    An unexpected error is logged by its type and place only. Its message may quote what a customer typed.
    """

    authenticator: Authenticator

    def begin(self, visit: Visit) -> AuthenticatorResult:
        """Let the authenticator begin."""
        return _guarded(lambda: _storable(self.authenticator.begin(visit)))

    def resume(self, visit: Visit, answer: Answer) -> AuthenticatorResult:
        """Let the authenticator resume."""
        return _guarded(lambda: _storable(self.authenticator.resume(visit, answer)))

    def cancel(self, visit: Visit) -> None:
        """Let the authenticator cancel."""
        _guarded(lambda: self.authenticator.cancel(visit))


def _storable(result: AuthenticatorResult) -> AuthenticatorResult:
    if not isinstance(result, Granted) and len(repr(result).encode()) > LARGEST_RESULT:
        raise AuthenticatorUnavailableError(f"its result has more than {LARGEST_RESULT} bytes")
    return result


def _guarded[Result](call: Callable[[], Result]) -> Result:
    try:
        return call()
    except (AuthenticatorUnavailableError, ConfigurationError) as error:
        reason = str(error)
    except Exception as error:  # noqa: BLE001 - an unexpected error of an authenticator must not end the journey
        at = extract_tb(error.__traceback__)[-1]
        reason = f"{type(error).__name__} at {Path(at.filename).name}:{at.lineno}"
    logger.error("the authenticator is unavailable", extra={"reason": reason})
    count("AuthenticatorUnavailable")
    raise AuthenticatorUnavailableError(reason)
