"""Manners at a terminal: Ctrl-C is for us, and colour is for people."""

import contextlib
import os
import signal
import sys
from collections.abc import Iterator
from typing import TextIO

_STOPS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


@contextlib.contextmanager
def in_the_foreground() -> Iterator[None]:
    """Take Ctrl-C to ourselves while the context lasts.

    Otherwise `make`, which started us, gets it too, and calls an orderly end an error.
    """
    theirs = os.getpgrp()
    if theirs == os.getpid() or not sys.stdin.isatty() or os.tcgetpgrp(sys.stdin.fileno()) != theirs:
        yield
        return
    # Handing the terminal over is allowed from the background only to those who ignore being told off for it.
    signal.signal(signal.SIGTTOU, signal.SIG_IGN)
    os.setpgid(0, 0)
    os.tcsetpgrp(sys.stdin.fileno(), os.getpgrp())
    try:
        yield
    finally:
        os.tcsetpgrp(sys.stdin.fileno(), theirs)


def stop_on_signals() -> None:
    """Make each way to ask us to stop a KeyboardInterrupt: once, so that nothing interrupts the tidying up."""
    for number in _STOPS:
        signal.signal(number, _stop)


def _stop(*_: object) -> None:
    for number in _STOPS:
        signal.signal(number, signal.SIG_IGN)
    raise KeyboardInterrupt


def say(text: str) -> None:
    """Tell the developer something, at once."""
    print(text, flush=True)  # noqa: T201 - this is what the command is for


def shows_colour(stream: TextIO) -> bool:
    """Tell whether a person looks at it who did not ask for plain text (no-color.org)."""
    return stream.isatty() and "NO_COLOR" not in os.environ and os.environ.get("TERM") != "dumb"
