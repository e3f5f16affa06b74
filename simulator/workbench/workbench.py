"""Break something, and mend it again."""

from dataclasses import dataclass, field

from simulator.banking_service import BankingService
from simulator.rules.refusals import NotFoundError, RefusalError
from simulator.workbench import breakage, probes
from simulator.workbench.connector_stack import ConnectorStack


@dataclass(frozen=True)
class Trial:
    """What was broken last, what the connector is expected to do, and what it did if that is known at once."""

    title: str
    expected: str
    observed: str = ""
    is_as_expected: bool | None = None
    """None: the customer has to reconnect an account first."""


@dataclass
class Workbench:
    """The developer's tools beside the messages."""

    service: BankingService
    stack: ConnectorStack
    landing: str
    trial: Trial | None = field(default=None, init=False)

    def break_by(self, key: str) -> None:
        """Plan the faults of a breakage. Raises NotFoundError."""
        found = breakage.BY_KEY.get(key)
        if found is None:
            raise NotFoundError("there is nothing of this name to break")
        self.service.faults.clear()
        for plan in found.plans:
            self.service.faults.add(plan)
        self.trial = Trial(found.title, found.expected)

    def probe(self, key: str) -> None:
        """Send a request that the connector must refuse. Raises NotFoundError and ConnectorError."""
        found = probes.BY_KEY.get(key)
        if found is None:
            raise NotFoundError("there is no request of this name")
        try:
            answer = found.send(probes.Context(self.service, self.stack, self.landing))
        except RefusalError as error:
            self.trial = Trial(found.title, found.expected, f"The request was not sent: {error}.", is_as_expected=False)
            return
        observed = f"{answer.status}: {answer.text}"
        self.trial = Trial(found.title, found.expected, observed, answer.status == found.expected_status)

    def mend(self) -> None:
        """Remove every planned fault."""
        self.service.faults.clear()
        self.trial = None
