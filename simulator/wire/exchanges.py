"""The record of the exchanges between the parties."""

import threading
import time
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import takewhile
from operator import itemgetter
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
    number: int = 0
    """The number of the exchange in the order of the beginnings."""

    def entry(self, status: int | None, response: Message | None) -> Entry:
        """Return the exchange as the control API shows it. Without a response, `status` is null."""
        return {
            "n": 0,
            "id": self.number,
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
    """All exchanges. Every beginning and every end is a change; an ended exchange has the number of that change."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._kept: deque[Entry] = deque(maxlen=KEPT)
        self._open: dict[int, Entry] = {}
        self._last = 0

    def began(self, exchange: Exchange) -> None:
        """Show an exchange that begins now to those who wait for changes."""
        entry = exchange.entry(None, None) | {"pending": True}
        with self._changed:
            exchange.number = entry["id"] = self._next(entry)
            self._open[exchange.number] = entry

    def ended(self, exchange: Exchange, status: int | None, response: Message | None = None) -> None:
        """Record an exchange that ends now."""
        entry = exchange.entry(status, response)
        with self._changed:
            self._open.pop(exchange.number, None)
            entry["id"] = exchange.number or self._last + 1
            self._next(entry)
            self._kept.append(entry)

    def _next(self, entry: Entry) -> int:
        self._last += 1
        entry["n"] = self._last
        self._changed.notify_all()
        return self._last

    def since(self, number: int = 0) -> list[Entry]:
        """List the ended exchanges with a higher number."""
        with self._changed:
            # In the order of their numbers: the newest are at the end.
            return list(takewhile(lambda entry: entry["n"] > number, reversed(self._kept)))[::-1]

    def changed_since(self, number: int, timeout: float) -> tuple[list[Entry], int]:
        """Wait until an exchange begins or ends after the change with this number, at most `timeout` seconds.

        Return each exchange that changed, in its current form, and the number of the last change: the exchange of that
        change may be deleted already.
        """
        with self._changed:
            self._changed.wait_for(lambda: self._last > number, timeout)
            begun = [entry for entry in self._open.values() if entry["n"] > number]
            return sorted([*self.since(number), *begun], key=itemgetter("n")), self._last

    def clear(self) -> None:
        """Delete all ended exchanges. The numbers continue."""
        with self._changed:
            self._kept.clear()
