from collections.abc import Callable
from pathlib import Path
from traceback import extract_tb

from connector.authenticators.port import (
    Answer,
    Authenticator,
    AuthenticatorResult,
    AuthenticatorUnavailableError,
    Visit,
)
from connector.runtime.observability import count, logger
from connector.runtime.settings import ConfigurationError


class ErrorBoundary(Authenticator):
    """Any authenticator; whatever goes wrong in it, the customer may try again.

    An error that it did not foresee is logged by its kind and place only: its message may quote what a customer typed.
    """

    def __init__(self, authenticator: Authenticator) -> None:
        self._authenticator = authenticator
        self.confirmation = authenticator.confirmation

    def begin(self, visit: Visit) -> AuthenticatorResult:
        """Let it begin."""
        return _tried(lambda: self._authenticator.begin(visit))

    def resume(self, visit: Visit, answer: Answer) -> AuthenticatorResult:
        """Let it resume."""
        return _tried(lambda: self._authenticator.resume(visit, answer))

    def cancel(self, visit: Visit) -> None:
        """Let it know."""
        _tried(lambda: self._authenticator.cancel(visit))


def _tried[Said](ask: Callable[[], Said]) -> Said:
    try:
        return ask()
    except (AuthenticatorUnavailableError, ConfigurationError) as known:
        reason = str(known)
    except Exception as error:  # noqa: BLE001 - a fault in it must not cost the customer their journey
        at = extract_tb(error.__traceback__)[-1]
        reason = f"{type(error).__name__} at {Path(at.filename).name}:{at.lineno}"
    logger.error("the authenticator cannot answer", extra={"reason": reason})
    count("AuthenticatorUnavailable")
    raise AuthenticatorUnavailableError(reason)
