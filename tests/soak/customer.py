"""A customer of the soak test, who reconnects one account repeatedly, and the record of each journey."""

import threading
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from enum import StrEnum
from random import Random
from typing import Any

import requests

from local.stack.bring_up import RunningStack
from simulator.bank.customers import PASSWORD
from tests.fakes.messages import Messages
from tests.soak.authenticators import Kind
from tests.soak.browser import REQUEST_SLOTS, Browser, Form, Page

TRIES = 12
SECONDS_BETWEEN_TRIES = 1.0
REFRESH_SECONDS = 3.0
GIVE_UP_SECONDS = 150.0
LONGEST_PAUSE_SECONDS = 1.0
HOLDER, IMPOSTOR = "anna", "eve"
"""Customers of the simulated bank: the impostor knows a password, and holds another account."""


class Behaviour(StrEnum):
    """What the customer does where they are asked who they are."""

    CONFIRMS = "confirmed"
    CANCELS = "cancelled"
    CLICKS_TWICE = "confirmed twice at once"
    CLOSES_THE_TAB = "confirmed and closed the tab"
    LEAVES = "left without an answer"
    PRETENDS = "signed in as the holder of another account"


BEHAVIOURS = (
    *[Behaviour.CONFIRMS] * 14,
    *[Behaviour.CANCELS] * 2,
    *[Behaviour.CLICKS_TWICE] * 2,
    Behaviour.CLOSES_THE_TAB,
    Behaviour.LEAVES,
    Behaviour.PRETENDS,
)


@dataclass
class Journey:
    """The customer's record of one authorisation."""

    authorisation_id: str
    behaviour: Behaviour
    kind: Kind = Kind.CONSENT
    confirmed: bool = False
    cancelled: bool = False
    last_page: str = ""
    """The name of the last page, or `home` for the redirect to the product."""
    stuck: bool = False
    """Whether the last page has neither a form, nor a link or redirect to the product."""

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


@dataclass(frozen=True)
class Shared:
    """What all customers share: the stack, the record of the journeys, and the service that sends the codes."""

    running: RunningStack
    messages: Messages
    log: Log = field(default_factory=Log)


class LeftError(Exception):
    """The customer has left the journey."""


class Customer:
    """A customer with one account, whose authenticator is of one kind."""

    def __init__(self, shared: Shared, account: dict[str, Any], kind: Kind, seed: str) -> None:
        self._control = shared.running.control
        self._product = shared.running.simulator.product.origin
        self._account = account
        self._kind = kind
        self._log = shared.log
        self._messages = shared.messages
        self._random = Random(seed)  # noqa: S311 - the sequence must be repeatable
        self._browser = Browser()

    def keep_reconnecting(self, goal: threading.Semaphore, stop: threading.Event, *, after: float) -> None:
        """Start `after` seconds; repeat until all customers together reach the goal, or until `stop` is set."""
        stop.wait(after)
        while not stop.is_set() and goal.acquire(blocking=False):
            self.reconnect()

    def reconnect(self) -> None:
        """Make one journey."""
        account = self._account["bankAccountId"]
        self._control.put(f"/accounts/{account}/status", {"status": "authRequired"})
        try:
            with REQUEST_SLOTS:
                started = self._control.post("/start", {"bankAccountId": account})
        except requests.RequestException:
            self._log.retries.append("the notification was not accepted")
            return
        journey = Journey(started["authorisation_id"], self._random.choice(BEHAVIOURS), self._kind)
        self._log.journeys.append(journey)
        first = self._browser.open(started["authrefresh_url"])
        self._pause()
        begin = first.form("continue")
        if begin is None:
            self._log.retries.append("the first page was missing")
            return
        try:
            self._go_on(journey, self._send(begin))
        except LeftError:
            return

    def _go_on(self, journey: Journey, page: Page) -> None:
        """Do what each page asks for, until a page asks for nothing more."""
        deadline = time.monotonic() + GIVE_UP_SECONDS
        while True:
            if not page.failed:
                journey.last_page = "home" if self._is_home(page) else page.name
            act = self._next(journey, page)
            if act is None or time.monotonic() > deadline:
                journey.stuck = act is None and page.name != "" and not page.links_to(self._product)
                return
            page = act()

    def _next(self, journey: Journey, page: Page) -> Callable[[], Page] | None:
        """Return what the customer does on this page; None where it is the last one."""
        if page.location:
            return None if self._is_home(page) else lambda: self._at_the_bank(journey, str(page.location))
        if refresh := page.refresh():
            return lambda: self._later(refresh)
        if answer := page.form("answer"):
            return lambda: self._answer(journey, answer, page.form("cancel"))
        if again := page.form("continue") or page.form("refresh"):
            return lambda: self._later(again)
        return None

    def _is_home(self, page: Page) -> bool:
        return bool(page.location and page.location.startswith(self._product))

    def _answer(self, journey: Journey, answer: Form, cancel: Form | None) -> Page:
        """Answer a prompt as the customer behaves."""
        self._pause()
        behaviour = journey.behaviour
        if behaviour is Behaviour.LEAVES:
            raise LeftError
        if behaviour is Behaviour.CANCELS and cancel:
            journey.cancelled = True
            return self._send(cancel)
        # A consent and a code prove nothing about a person, so there an impostor is like any customer.
        pretends = behaviour is Behaviour.PRETENDS and "answer.password" in answer.fields
        journey.confirmed |= not pretends
        filled = answer.filled(
            {
                "answer.user": IMPOSTOR if pretends else HOLDER,
                "answer.password": PASSWORD,
                "answer.code": self._code(),
            }
        )
        if behaviour is Behaviour.CLICKS_TWICE:
            with ThreadPoolExecutor(2) as pool:
                pages = list(pool.map(Browser.send, (Browser(), Browser()), (filled, filled)))
            return next((page for page in pages if not page.failed), None) or self._send(filled)
        if behaviour is Behaviour.CLOSES_THE_TAB:
            self._browser.send(filled)
            raise LeftError
        return self._send(filled)

    def _at_the_bank(self, journey: Journey, url: str) -> Page:
        """Sign in at the bank's identity provider, and come back. With an error, go back to where it sent from."""
        self._pause()
        if journey.behaviour is Behaviour.LEAVES:
            raise LeftError
        cancels = journey.behaviour is Behaviour.CANCELS
        form = self._retried(lambda: self._browser.open(url)).form("cancel" if cancels else "sign-in")
        if form is None:
            return Page(None)
        journey.cancelled |= cancels
        user = IMPOSTOR if journey.behaviour is Behaviour.PRETENDS else HOLDER
        back = self._send(form.filled({"user": user, "password": PASSWORD}))
        return self._retried(lambda: self._browser.open(str(back.location))) if back.location else back

    def _code(self) -> str:
        """Return the code of the newest message."""
        sent = [code for code, account in list(self._messages.sent.values()) if account == self._account["externalId"]]
        return sent[-1] if sent else ""

    def _later(self, form: Form) -> Page:
        time.sleep(REFRESH_SECONDS)
        return self._send(form)

    def _pause(self) -> None:
        time.sleep(self._random.uniform(0, LONGEST_PAUSE_SECONDS))

    def _send(self, form: Form) -> Page:
        return self._retried(lambda: self._browser.send(form))

    def _retried(self, load: Callable[[], Page]) -> Page:
        """Load a page, and again while there is no response."""
        for _ in range(TRIES):
            page = load()
            if not page.failed:
                return page
            self._log.retries.append("a page had no response")
            time.sleep(SECONDS_BETWEEN_TRIES)
        return page
