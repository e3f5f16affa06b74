"""The journeys of the bank's backend: the server's side of docs/authenticator-api.yaml."""

import hmac
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from uuid import uuid4

from simulator.bank import steps
from simulator.bank.customers import OTHER_CUSTOMERS_ACCOUNT, Behaviour, Customer, identify
from simulator.bank.phones import Decision, Phones
from simulator.bank.steps import Step


class UnknownJourneyError(Exception):
    """The journey does not exist, or has ended."""


class OverloadedError(Exception):
    """The bank cannot respond now."""


@dataclass
class Journey:
    """The authentication of one customer for one account."""

    external_id: str
    locale: str
    step: Step
    journey_id: str = field(default_factory=lambda: str(uuid4()))
    customer: Customer | None = None
    code: str | None = None
    request_id: str | None = None
    has_failed: bool = False


class Journeys:
    """All journeys, in memory, behind one lock."""

    def __init__(self, phones: Phones, slow_seconds: Callable[[], float], pause: Callable[[float], None]) -> None:
        self._phones = phones
        self._slow_seconds = slow_seconds
        self._pause = pause
        self._lock = threading.Lock()
        self._journeys: dict[str, Journey] = {}
        self._answered: dict[tuple[str, str], Journey | Step] = {}

    def begin(self, key: str, external_id: str, locale: str) -> Journey:
        """Begin a journey. The same idempotency key returns the same journey."""
        with self._lock:
            known = self._answered.get(("", key))
            if isinstance(known, Journey):
                return known
            journey = Journey(external_id, locale, steps.sign_in(locale))
            self._journeys[journey.journey_id] = journey
            self._answered["", key] = journey
            return journey

    def answer(self, journey_id: str, key: str, answers: Mapping[str, str]) -> Step:
        """Process answers. The same idempotency key returns the same step.

        Raises UnknownJourneyError and OverloadedError.
        """
        with self._lock:
            journey = self._journey(journey_id)
            known = self._answered.get((journey_id, key))
            if known is not None and not isinstance(known, Journey):
                return known
            was_signed_in = journey.customer is not None
            journey.step = self._next(journey, answers)
            self._answered[journey_id, key] = step = journey.step
            customer = journey.customer
        if customer and customer.behaviour is Behaviour.SLOW and not was_signed_in:
            # The answer is stored. Only the response is late.
            self._pause(self._slow_seconds())
        return step

    def current(self, journey_id: str) -> Journey:
        """Return the journey with its current step. Raises UnknownJourneyError."""
        with self._lock:
            journey = self._journey(journey_id)
            if journey.step["type"] == "wait" and journey.customer and journey.request_id:
                match self._phones.decision(journey.customer.user_name, journey.request_id):
                    case Decision.APPROVED:
                        journey.step = steps.granted(journey.external_id)
                    case Decision.REFUSED:
                        journey.step = steps.denied(journey.locale, "refused", final=False)
            return journey

    def cancel(self, journey_id: str) -> None:
        """Delete a journey. Raises UnknownJourneyError."""
        with self._lock:
            self._journey(journey_id)
            del self._journeys[journey_id]

    def count(self) -> int:
        """Return the number of journeys, without the cancelled ones."""
        return len(self._journeys)

    def _journey(self, journey_id: str) -> Journey:
        try:
            return self._journeys[journey_id]
        except KeyError:
            raise UnknownJourneyError(journey_id) from None

    def _next(self, journey: Journey, answers: Mapping[str, str]) -> Step:
        if journey.customer is None:
            return self._signed_in(journey, answers)
        if "factor" in answers:
            return self._factor(journey, journey.customer, answers["factor"])
        if "code" in answers and journey.code:
            right = hmac.compare_digest(answers["code"].encode(), journey.code.encode())
            return steps.granted(journey.external_id) if right else steps.code(journey.locale, wrong=True)
        return journey.step

    def _signed_in(self, journey: Journey, answers: Mapping[str, str]) -> Step:
        customer = identify(answers.get("user", ""), answers.get("password", ""))
        if customer is None:
            return steps.sign_in(journey.locale, wrong=True)
        if customer.behaviour is Behaviour.FAILING and not journey.has_failed:
            journey.has_failed = True
            raise OverloadedError
        if customer.behaviour is Behaviour.LOCKED:
            return steps.denied(journey.locale, "locked", final=True)
        journey.customer = customer
        match customer.behaviour:
            case Behaviour.FACTOR:
                return steps.factors(journey.locale)
            case Behaviour.APPROVAL:
                return self._factor(journey, customer, "app")
            case Behaviour.OTHER_ACCOUNT:
                return steps.granted(OTHER_CUSTOMERS_ACCOUNT)
            case _:
                return steps.granted(journey.external_id)

    def _factor(self, journey: Journey, customer: Customer, factor: str) -> Step:
        if factor == "app":
            journey.request_id = self._phones.request_approval(customer.user_name)
            return steps.wait()
        journey.code = self._phones.send_code(customer.user_name)
        return steps.code(journey.locale)
