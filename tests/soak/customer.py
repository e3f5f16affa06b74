"""A customer of the soak test, who reconnects one account repeatedly, and the record of each journey."""

import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from enum import StrEnum
from random import Random
from typing import Any

import requests

from local.stack.control import Control
from tests.soak.browser import REQUEST_SLOTS, Browser, Form, Page

TRIES = 12
SECONDS_BETWEEN_TRIES = 1.0
REFRESH_SECONDS = 3.0
GIVE_UP_SECONDS = 150.0
LONGEST_PAUSE_SECONDS = 1.0


class Behaviour(StrEnum):
    """The customer's reaction to the consent page."""

    CONFIRMS = "confirmed"
    CANCELS = "cancelled"
    CLICKS_TWICE = "confirmed twice at once"
    CLOSES_THE_TAB = "confirmed and closed the tab"
    LEAVES = "left without an answer"


BEHAVIOURS = (
    *[Behaviour.CONFIRMS] * 14,
    *[Behaviour.CANCELS] * 2,
    *[Behaviour.CLICKS_TWICE] * 2,
    Behaviour.CLOSES_THE_TAB,
    Behaviour.LEAVES,
)


@dataclass
class Journey:
    """The customer's record of one authorisation."""

    authorisation_id: str
    behaviour: Behaviour
    confirmed: bool = False
    cancelled: bool = False
    last_page: str = ""
    """The name of the last page, or `home` for the redirect to the product."""

    @property
    def saw_result(self) -> bool:
        """Whether the last page shows that the connector stored the answer."""
        return (self.confirmed or self.cancelled) and self.last_page in {"home", "finishing", "not_accepted"}


@dataclass
class Log:
    """The journeys of all customers. `list.append` is safe in many threads."""

    journeys: list[Journey] = field(default_factory=list)
    retries: list[str] = field(default_factory=list)
    """The reasons for which customers tried again: missing pages, and journeys that could not begin."""

    def retry_counts(self) -> Counter[str]:
        """Count each reason."""
        return Counter(self.retries)


class Customer:
    """A customer with one account."""

    def __init__(self, control: Control, account: dict[str, Any], log: Log, seed: str) -> None:
        self._control = control
        self._account = account["bankAccountId"]
        self._log = log
        self._random = Random(seed)  # noqa: S311 - the sequence must be repeatable
        self._browser = Browser()

    def keep_reconnecting(self, goal: threading.Semaphore, stop: threading.Event, *, after: float) -> None:
        """Start `after` seconds; repeat until all customers together reach the goal, or until `stop` is set."""
        stop.wait(after)
        while not stop.is_set() and goal.acquire(blocking=False):
            self.reconnect()

    def reconnect(self) -> None:
        """Make one journey."""
        self._control.put(f"/accounts/{self._account}/status", {"status": "authRequired"})
        try:
            with REQUEST_SLOTS:
                started = self._control.post("/start", {"bankAccountId": self._account})
        except requests.RequestException:
            self._log.retries.append("the notification was not accepted")
            return
        journey = Journey(started["authorisation_id"], self._random.choice(BEHAVIOURS))
        self._log.journeys.append(journey)
        first = self._browser.open(started["authrefresh_url"])
        self._pause()
        begin = first.form("continue")
        if begin is None:
            self._log.retries.append("the first page was missing")
            return
        prompt = self._send(begin)
        self._pause()
        decided = self._decide(journey, prompt)
        self._wait(journey, decided)

    def _decide(self, journey: Journey, prompt: Page) -> Page:
        answer, cancel = prompt.form("answer"), prompt.form("cancel")
        match journey.behaviour:
            case Behaviour.LEAVES:
                return Page(None)
            case Behaviour.CANCELS if cancel:
                journey.cancelled = True
                return self._send(cancel)
            case Behaviour.CLICKS_TWICE if answer:
                journey.confirmed = True
                with ThreadPoolExecutor(2) as pool:
                    pages = list(pool.map(Browser.send, (Browser(), Browser()), (answer, answer)))
                return next((page for page in pages if not page.failed), None) or self._send(answer)
            case Behaviour.CLOSES_THE_TAB if answer:
                journey.confirmed = True
                self._browser.send(answer)
                return Page(None)
            case Behaviour.CONFIRMS if answer:
                journey.confirmed = True
                return self._send(answer)
        self._log.retries.append("the consent page was missing")
        return prompt

    def _wait(self, journey: Journey, page: Page) -> None:
        deadline = time.monotonic() + GIVE_UP_SECONDS
        while True:
            if not page.failed:
                journey.last_page = "home" if page.location else page.name
            refresh = page.refresh()
            if refresh is None or time.monotonic() > deadline:
                return
            time.sleep(REFRESH_SECONDS)
            page = self._send(refresh)

    def _pause(self) -> None:
        time.sleep(self._random.uniform(0, LONGEST_PAUSE_SECONDS))

    def _send(self, form: Form) -> Page:
        """Send a form, and repeat it while there is no response."""
        for _ in range(TRIES):
            page = self._browser.send(form)
            if not page.failed:
                return page
            self._log.retries.append("a form had no response")
            time.sleep(SECONDS_BETWEEN_TRIES)
        return page
