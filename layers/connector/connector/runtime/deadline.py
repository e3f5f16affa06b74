"""A deadline for a whole HTTP exchange, which owns the connections of the exchange.

A time-out of requests bounds one read. A server that sends a byte now and then, in its headers or its body, keeps the
caller waiting without end. At the deadline the connections are shut down, so the thread that reads from them ends.
"""

import os
import socket
from collections.abc import Callable
from contextlib import suppress
from contextvars import ContextVar
from dataclasses import dataclass, field
from queue import Empty, SimpleQueue
from threading import Lock, Thread

import requests

ENDING_SECONDS = 0.2
"""How long a thread that was given up may take to notice that its connection is shut down."""


@dataclass
class _Connections:
    """The connections of one exchange."""

    _lock: Lock = field(default_factory=Lock)
    _duplicates: list[socket.socket] = field(default_factory=list)
    _over: bool = False

    def own(self, connection: socket.socket) -> None:
        """Take a connection. Raise TimeoutError where the exchange has been given up."""
        with self._lock:
            if self._over:
                raise TimeoutError("the exchange was given up")
            # TLS replaces the socket object. A duplicate of the descriptor stays valid, and shuts down the same
            # connection, also during the TLS handshake.
            self._duplicates.append(socket.socket(fileno=os.dup(connection.fileno())))

    def end(self, *, shut_down: bool) -> None:
        """Let the connections go; shut them down before where the exchange is given up."""
        with self._lock:
            self._over = True
            for duplicate in self._duplicates:
                with duplicate, suppress(OSError):
                    if shut_down:
                        duplicate.shutdown(socket.SHUT_RDWR)


_current: ContextVar[_Connections | None] = ContextVar("current", default=None)
"""The connections of the exchange that runs in this thread."""


def own(connection: socket.socket) -> None:
    """Let the deadline of the current exchange own a connection. Raise TimeoutError where it has been given up."""
    connections = _current.get()
    if connections:
        connections.own(connection)


def call_with_deadline[Result](seconds: float, exchange: Callable[[], Result]) -> Result:
    """Return what `exchange` returns or raise what it raises; raise requests.ReadTimeout after `seconds`.

    The exchange sends its requests through an OwnedAdapter. At the deadline its connections are shut down, and its
    thread ends. A thread that is resolving a name or connecting ends after that, without sending anything.
    """
    outcome: SimpleQueue[tuple[Result, None] | tuple[None, BaseException]] = SimpleQueue()
    connections = _Connections()

    def run() -> None:
        _current.set(connections)
        try:
            outcome.put((exchange(), None))
        except BaseException as error:  # noqa: BLE001 - it is raised again, in the caller's thread
            outcome.put((None, error))

    thread = Thread(target=run, daemon=True)
    thread.start()
    try:
        result, error = outcome.get(timeout=max(seconds, 0))
    except Empty:
        connections.end(shut_down=True)
        thread.join(ENDING_SECONDS)
        raise requests.ReadTimeout("the response takes too long") from None
    connections.end(shut_down=False)
    if error is not None:
        raise error
    return result  # type: ignore[return-value]  # the pair holds either
