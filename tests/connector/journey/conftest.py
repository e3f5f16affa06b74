"""A journey that has been opened: its customer, their bank, and Banking Service, all in memory."""

from collections.abc import Callable
from dataclasses import dataclass, field

import pytest

from connector.authenticators.port import Authenticator
from connector.delivery.deliver import Delivery
from connector.journey.complete import CompleteAuthorisation
from connector.journey.dialogue.next_step import Conclusion
from connector.journey.dialogue.visit import ClientContext, TicketHolder
from connector.journey.record_outcome import RecordOutcome
from connector.journey.views import View
from connector.session.authorisation import Authorisation, Outcome
from tests import sample
from tests.fakes.authenticator import CODE, PASSWORD, Bank
from tests.fakes.banking_service import BankingService
from tests.fakes.clock import Clock
from tests.fakes.store import MemoryStore

CLIENT = ClientContext(locale="fr", callback_url="https://connector.example/completion/callback", browser="cookie")
HOLDER = TicketHolder(sample.ID, sample.TICKET)


@dataclass
class Journey:
    """What a customer can do; `step` is the one that their page carries."""

    authenticator: Authenticator
    store: MemoryStore = field(default_factory=MemoryStore)
    clock: Clock = field(default_factory=Clock)
    sage: BankingService = field(default_factory=BankingService)
    max_attempts: int = 5
    check_account: Callable[[Authorisation, Conclusion], Conclusion] = lambda _, conclusion: conclusion
    admit_begin: Callable[[str], bool] = lambda _: True
    failed_status: str = ""
    step: int = 0
    holder: TicketHolder = HOLDER

    def __post_init__(self) -> None:
        self.store.apply(sample.notify(self.clock()))
        self.store.apply(sample.open_session(self.clock()))

    @property
    def complete(self) -> CompleteAuthorisation:
        """The use case, put together anew as by a cold start."""
        delivery = Delivery(self.store, self.sage, self.clock, self.clock.pause)
        statuses = {Outcome.SUCCESS: "success", Outcome.FAILED: self.failed_status, Outcome.CANCELLED: ""}
        return CompleteAuthorisation(
            store=self.store,
            authenticator=self.authenticator,
            check_account=self.check_account,
            record_outcome=RecordOutcome(self.store, delivery, statuses, self.clock),
            clock=self.clock,
            max_attempts=self.max_attempts,
            max_begins=10,
            admit_begin=self.admit_begin,
            authenticator_seconds=8,
        )

    @property
    def session(self) -> Authorisation:
        """The session as it is stored."""
        found = self.store.find(sample.ID)
        assert found is not None
        return found

    def begin(self) -> View:
        return self._shown(self.complete.begin(self.holder, self.step, CLIENT))

    def answer(self, **typed: str) -> View:
        return self._shown(self.complete.answer(self.holder, self.step, typed, CLIENT))

    def refresh(self) -> View:
        return self._shown(self.complete.refresh(self.holder, CLIENT))

    def cancel(self) -> View:
        return self._shown(self.complete.cancel(self.holder, CLIENT))

    def to_the_factor(self) -> View:
        self.begin()
        return self.answer(user="anna", password=PASSWORD)

    def to_the_code(self) -> View:
        self.to_the_factor()
        return self.answer(factor="sms")

    def to_the_approval(self) -> View:
        self.to_the_factor()
        return self.answer(factor="app")

    def to_the_end(self) -> View:
        self.to_the_code()
        return self.answer(code=CODE)

    def _shown(self, view: View) -> View:
        self.step = view.authorisation.step
        return view


@pytest.fixture
def bank() -> Bank:
    return Bank()


@pytest.fixture
def journey(bank: Bank) -> Journey:
    return Journey(bank)
