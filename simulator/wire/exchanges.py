"""The record of the exchanges between the parties."""

import threading
import time
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from simulator.wire.masking import mask_body, mask_headers, mask_query, mask_text

# Enough for a long soak test. Older exchanges are dropped.
KEPT = 20_000

type Headers = Iterable[tuple[str, str]]
type Entry = dict[str, Any]


def timestamp(seconds: float, precision: str = "milliseconds") -> str:
    """Format seconds since the epoch as ISO 8601 in UTC."""
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec=precision)


@dataclass
class Message:
    """The headers and the body of a request or response."""

    headers: Headers
    body: bytes = b""

    def masked(self) -> Entry:
        """Return the message with its secrets masked."""
        headers = list(self.headers)
        kind = next((value for name, value in headers if name.lower() == "content-type"), "")
        return {"headers": mask_headers(headers), "body": mask_body(kind, self.body)}


@dataclass
class Exchange:
    """A request, whose response follows."""

    sender: str
    receiver: str
    method: str
    path: str
    query: str
    request: Message
    at: float = field(default_factory=time.time)
    began: float = field(default_factory=time.perf_counter)
    fault: str | None = None
    """The fault that was applied to the request."""

    def entry(self, number: int, status: int | None, response: Message | None) -> Entry:
        """Return the exchange as the control API shows it. Without a response, `status` is null."""
        return {
            "n": number,
            # An exchange inside another one can begin in the same millisecond; their order must stay visible.
            "at": timestamp(self.at, "microseconds"),
            "from": self.sender,
            "to": self.receiver,
            "method": self.method,
            "path": mask_text(self.path),
            "query": mask_query(self.query),
            "status": status,
            "fault": self.fault,
            "milliseconds": round((time.perf_counter() - self.began) * 1000, 1),
            "request": self.request.masked(),
            "response": response.masked() if response else None,
        }


class Exchanges:
    """All exchanges, numbered in the order of their ends."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._kept: deque[Entry] = deque(maxlen=KEPT)
        self._last = 0

    def ended(self, exchange: Exchange, status: int | None, response: Message | None = None) -> None:
        """Record an exchange that ends now."""
        with self._lock:
            self._last += 1
            number = self._last
        entry = exchange.entry(number, status, response)
        with self._lock:
            self._kept.append(entry)

    def since(self, number: int = 0) -> list[Entry]:
        """List the exchanges with a higher number."""
        with self._lock:
            return sorted(
                (entry for entry in self._kept if entry["n"] > number),
                key=lambda entry: int(entry["n"]),
            )

    def newest_first(self) -> list[Entry]:
        """List all, ordered by the time when they began, the last one first."""
        return sorted(self.since(), key=lambda entry: str(entry["at"]), reverse=True)

    def clear(self) -> None:
        """Delete all exchanges. The numbers continue."""
        with self._lock:
            self._kept.clear()
