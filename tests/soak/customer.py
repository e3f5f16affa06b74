"""A customer of the soak: reconnects an account, again and again, and remembers what they did and were told."""

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
from tests.soak.browser import LINE, Browser, Form, Page

TRIES = 12
SECONDS_BETWEEN_TRIES = 1.0
SECONDS_BETWEEN_LOOKS = 3.0
PATIENCE_SECONDS = 150.0
LONGEST_THOUGHT_SECONDS = 1.0


class Habit(StrEnum):
    """What a customer does when they are asked."""

    CONFIRMS = "confirmed"
    CANCELS = "cancelled"
    CLICKS_TWICE = "confirmed twice at once"
    CLOSES_THE_TAB = "confirmed and closed the tab"
    LEAVES = "left without an answer"


HABITS = (*[Habit.CONFIRMS] * 14, *[Habit.CANCELS] * 2, *[Habit.CLICKS_TWICE] * 2, Habit.CLOSES_THE_TAB, Habit.LEAVES)


@dataclass
class Journey:
    """One authorisation, from the customer's side."""

    authorisation_id: str
    habit: Habit
    confirmed: bool = False
    cancelled: bool = False
    told: str = ""
    """The last thing that they were shown: the page's name, or `home` for the way back to the product."""

    @property
    def answered(self) -> bool:
        """Whether the customer saw that their answer had arrived."""
        return (self.confirmed or self.cancelled) and self.told in {"home", "finishing", "not_accepted"}


@dataclass
class Diary:
    """What all customers did. Lists of Python are safe to append to from many threads."""

    journeys: list[Journey] = field(default_factory=list)
    setbacks: list[str] = field(default_factory=list)
    """What made a customer try again: pages that did not come, journeys that could not begin."""

    def setback_counts(self) -> Counter[str]:
        """Count them."""
        return Counter(self.setbacks)


class Customer:
    """Has one account."""

    def __init__(self, control: Control, account: dict[str, Any], diary: Diary, seed: str) -> None:
        self._control = control
        self._account = account["bankAccountId"]
        self._diary = diary
        self._random = Random(seed)  # noqa: S311 - to be repeatable is the point
        self._browser = Browser()

    def keep_reconnecting(self, goal: threading.Semaphore, stop: threading.Event, *, after: float) -> None:
        """Come `after` seconds; go on until the goal of all customers is reached, or it is time to stop."""
        stop.wait(after)
        while not stop.is_set() and goal.acquire(blocking=False):
            self.reconnect()

    def reconnect(self) -> None:
        """Make one journey."""
        self._control.put(f"/accounts/{self._account}/status", {"status": "authRequired"})
        try:
            with LINE:
                started = self._control.post("/start", {"bankAccountId": self._account})
        except requests.RequestException:
            self._diary.setbacks.append("Reconnect did not work: the notification was not accepted")
            return
        journey = Journey(started["authorisation_id"], self._random.choice(HABITS))
        self._diary.journeys.append(journey)
        first = self._browser.open(started["authrefresh_url"])
        self._think()
        begin = first.form("continue")
        if begin is None:
            self._diary.setbacks.append("the first page did not come")
            return
        prompt = self._send(begin)
        self._think()
        decided = self._decide(journey, prompt)
        self._wait(journey, decided)

    def _decide(self, journey: Journey, prompt: Page) -> Page:
        answer, cancel = prompt.form("answer"), prompt.form("cancel")
        match journey.habit:
            case Habit.LEAVES:
                return Page(None)
            case Habit.CANCELS if cancel:
                journey.cancelled = True
                return self._send(cancel)
            case Habit.CLICKS_TWICE if answer:
                journey.confirmed = True
                with ThreadPoolExecutor(2) as pool:
                    pages = list(pool.map(Browser.send, (Browser(), Browser()), (answer, answer)))
                return next((page for page in pages if not page.failed), None) or self._send(answer)
            case Habit.CLOSES_THE_TAB if answer:
                journey.confirmed = True
                self._browser.send(answer)
                return Page(None)
            case Habit.CONFIRMS if answer:
                journey.confirmed = True
                return self._send(answer)
        self._diary.setbacks.append("the question did not come")
        return prompt

    def _wait(self, journey: Journey, page: Page) -> None:
        give_up_at = time.monotonic() + PATIENCE_SECONDS
        while True:
            if not page.failed:
                journey.told = "home" if page.location else page.name
            look = page.look_again()
            if look is None or time.monotonic() > give_up_at:
                return
            time.sleep(SECONDS_BETWEEN_LOOKS)
            page = self._send(look)

    def _think(self) -> None:
        time.sleep(self._random.uniform(0, LONGEST_THOUGHT_SECONDS))

    def _send(self, form: Form) -> Page:
        """Send a form, and again while no page comes back, as people do."""
        for _ in range(TRIES):
            page = self._browser.send(form)
            if not page.failed:
                return page
            self._diary.setbacks.append("no page came back")
            time.sleep(SECONDS_BETWEEN_TRIES)
        return page
