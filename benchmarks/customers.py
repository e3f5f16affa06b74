"""Customers who reconnect one account each, one after another, and how long they wait for the end of their journey."""

import statistics
import threading
import time
from dataclasses import dataclass, field

from local.stack.control import Control
from tests.soak.browser import Browser, Page

READS_SECONDS = 1.0
"""How long a customer reads a page."""


@dataclass
class Waited:
    """What the customers saw."""

    seconds: list[float] = field(default_factory=list)
    """From Confirm to the response, for each customer."""
    not_at_once: int = 0
    """Customers who were not sent back to their product by this response."""

    @property
    def shown(self) -> str:
        """The number of customers, and how long they waited."""
        if not self.seconds:
            return "none"
        late = f"; {self.not_at_once} saw another page first" if self.not_at_once else ""
        median, longest = statistics.median(self.seconds), max(self.seconds)
        return f"{len(self.seconds)} waited {median:.2f} s (median), {longest:.2f} s (longest){late}"


def reconnect(control: Control, name: str, waited: Waited) -> None:
    """Make one whole journey. Raise RuntimeError where a page is missing."""
    account = control.post("/accounts", {"externalId": name, "status": "authRequired"})
    started = control.post("/start", {"bankAccountId": account["bankAccountId"]})
    browser = Browser()
    prompt = _press(browser, browser.open(started["authrefresh_url"]), "continue")
    began = time.monotonic()
    end = _press(browser, prompt, "answer")
    waited.seconds.append(time.monotonic() - began - READS_SECONDS)
    waited.not_at_once += end.location is None


def reconnect_all(control: Control, customers: int, *, every: float, stop: threading.Event) -> Waited:
    """Let so many customers reconnect, one each `every` seconds, until `stop` is set."""
    waited = Waited()
    for number in range(customers):
        if stop.is_set():
            break
        began = time.monotonic()
        reconnect(control, f"customer-{every:.3f}-{number}", waited)
        stop.wait(max(0, began + every - time.monotonic()))
    return waited


def _press(browser: Browser, page: Page, button: str) -> Page:
    form = page.form(button)
    if form is None:
        raise RuntimeError(f"no button {button} on the page {page.name}")
    time.sleep(READS_SECONDS)
    return browser.send(form)
