"""The connector as `make local` deployed it: its authenticator, and its sessions.

`make local` polls: it reports what is deployed, and gets what a developer chose. The simulator itself knows no AWS.
"""

import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

AUTHENTICATORS = ("consent", "steps", "oidc")
# `make local` reports several times in a second.
CONNECTED_SECONDS = 5


@dataclass(frozen=True)
class Report:
    """What is deployed. `sessions` are the stored sessions by authorisation id, as `state` and `expires_at`.

    `moved_seconds`: by how much the times of the stored sessions were moved, like the simulator's clock.
    """

    authenticator: str
    moved_seconds: int = 0
    sessions: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)


class ConnectorStack:
    """The last report, and the authenticator that a developer chose."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._report: Report | None = None
        self._reported_at = 0.0
        self._chosen: str | None = None

    def report(self, report: Report) -> str:
        """Record a report; return the authenticator to deploy."""
        with self._changed:
            self._report, self._reported_at = report, time.monotonic()
            self._changed.notify_all()
            return self._chosen or report.authenticator

    def choose(self, authenticator: str) -> None:
        """Choose the authenticator that `make local` will deploy."""
        with self._changed:
            self._chosen = authenticator

    @property
    def current(self) -> Report | None:
        """The last report; None if `make local` does not run this connector."""
        is_connected = time.monotonic() - self._reported_at < CONNECTED_SECONDS
        return self._report if is_connected else None

    def wait_until_deployed(self, moved_seconds: int, timeout: float) -> bool:
        """Wait until the choice and a moved clock have arrived at the connector. Return whether they have."""
        with self._changed:
            return self._changed.wait_for(lambda: self._has_arrived(moved_seconds), timeout if self.current else 0)

    def _has_arrived(self, moved_seconds: int) -> bool:
        report = self._report
        return report is not None and (report.moved_seconds, report.authenticator) == (
            moved_seconds,
            self._chosen or report.authenticator,
        )
