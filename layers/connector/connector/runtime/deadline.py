"""A deadline for a whole HTTP exchange.

requests' time-outs are for one read each: a server that sends a byte now and then, in its headers or its body, is
waited for without end, until API Gateway or Lambda gives up in our stead.
"""

from collections.abc import Callable
from queue import Empty, SimpleQueue
from threading import Thread

import requests


def call_with_deadline[Result](seconds: float, exchange: Callable[[], Result]) -> Result:
    """Return what `exchange` returns or raise what it raises; raise requests.ReadTimeout after `seconds`.

    What is given up on ends by itself, in a thread that nobody waits for.
    """
    outcome: SimpleQueue[tuple[Result, None] | tuple[None, BaseException]] = SimpleQueue()

    def run() -> None:
        try:
            outcome.put((exchange(), None))
        except BaseException as error:  # noqa: BLE001 - it is raised again, where it is waited for
            outcome.put((None, error))

    Thread(target=run, daemon=True).start()
    try:
        result, error = outcome.get(timeout=max(seconds, 0))
    except Empty:
        raise requests.ReadTimeout("the answer takes too long") from None
    if error is not None:
        raise error
    return result  # type: ignore[return-value]  # the pair holds either
