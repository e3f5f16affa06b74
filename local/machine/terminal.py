"""The terminal: Ctrl-C, messages and colour."""

import contextlib
import os
import signal
import sys
from collections.abc import Iterator
from typing import TextIO

_STOPS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


@contextlib.contextmanager
def in_the_foreground() -> Iterator[None]:
    """Make this process alone the foreground of the terminal, until the context ends.

    Otherwise Ctrl-C also reaches `make`, the parent process, which then reports an error.
    """
    parents_group = os.getpgrp()
    if parents_group == os.getpid() or not sys.stdin.isatty() or os.tcgetpgrp(sys.stdin.fileno()) != parents_group:
        yield
        return
    # A background process gets SIGTTOU when it returns the terminal, and must ignore that signal.
    signal.signal(signal.SIGTTOU, signal.SIG_IGN)
    os.setpgid(0, 0)
    os.tcsetpgrp(sys.stdin.fileno(), os.getpgrp())
    try:
        yield
    finally:
        os.tcsetpgrp(sys.stdin.fileno(), parents_group)


def stop_on_signals() -> None:
    """Raise KeyboardInterrupt at the first signal to stop, and ignore later ones, so that the clean-up completes."""
    for number in _STOPS:
        signal.signal(number, _stop)


def _stop(*_: object) -> None:
    for number in _STOPS:
        signal.signal(number, signal.SIG_IGN)
    raise KeyboardInterrupt


def say(text: str) -> None:
    """Print a message at once."""
    print(text, flush=True)  # noqa: T201 - output of a command


def shows_colour(stream: TextIO) -> bool:
    """Return whether the stream is a terminal that shows colour, and NO_COLOR is not set (no-color.org)."""
    return stream.isatty() and "NO_COLOR" not in os.environ and os.environ.get("TERM") != "dumb"
