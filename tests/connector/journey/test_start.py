"""GET /authrefresh: which queries are valid, and which request opens a session."""

from typing import ClassVar

import pytest

from connector.aws.errors import ServiceUnavailableError
from connector.journey.start import AuthrefreshQuery, InvalidQueryError, StartJourney
from connector.session import ticket
from connector.session.authorisation import Authorisation, Refusal, State, TransitionRefusedError
from connector.session.update import Update
from connector.web.redirect import AllowedOrigins
from tests import sample
from tests.fakes.clock import Clock
from tests.fakes.store import MemoryStore

ALLOWED = AllowedOrigins.parse("https://*.sagebankdrive.com")
PARAMETERS = {
    "bankaccount": sample.BANK_ID,
    "authorisation_id": sample.ID,
    "redirect_uri": sample.REDIRECT_URI,
    "state": sample.SAGE_STATE,
    "externalId": sample.EXTERNAL_ID,
}


def query() -> AuthrefreshQuery:
    return AuthrefreshQuery.read(PARAMETERS.get, ALLOWED)


def journey(store: MemoryStore, clock: Clock) -> StartJourney:
    return StartJourney(store, 1.2, clock, clock.pause)


def test_the_documented_parameters_are_read_as_they_stand() -> None:
    assert query() == AuthrefreshQuery(
        authorisation_id=sample.ID,
        redirect_uri=sample.REDIRECT_URI,
        sage_state=sample.SAGE_STATE,
        external_id=sample.EXTERNAL_ID,
        bank_account=sample.BANK_ID,
    )


@pytest.mark.parametrize("name", ["authorisation_id", "redirect_uri", "state", "externalId"])
@pytest.mark.parametrize("value", [None, "", "x" * 3000, "line\nbreak"])
def test_a_missing_or_impossible_parameter_is_named(name: str, value: str | None) -> None:
    with pytest.raises(InvalidQueryError) as caught:
        AuthrefreshQuery.read({**PARAMETERS, name: value}.get, ALLOWED)

    assert caught.value.parameters == (name,)


@pytest.mark.parametrize("value", [None, "", "x" * 3000, "not the notification's bankId"])
def test_bankaccount_is_recorded_and_never_a_reason_to_refuse(value: str | None) -> None:
    AuthrefreshQuery.read({**PARAMETERS, "bankaccount": value}.get, ALLOWED)


def test_a_notified_session_is_opened_with_a_ticket_of_which_the_store_knows_only_the_hash() -> None:
    store, clock = MemoryStore(), Clock()
    store.apply(sample.notify(clock.now))

    started = journey(store, clock)(query())

    assert started.authorisation.state is State.OPENED
    assert started.authorisation.ticket_hash == ticket.hash_of(started.ticket)
    assert started.ticket not in str(store.items)
    assert clock.pauses == []


def test_a_second_get_is_refused_at_once() -> None:
    store, clock = MemoryStore(), Clock()
    store.apply(sample.notify(clock.now))
    journey(store, clock)(query())

    with pytest.raises(TransitionRefusedError) as caught:
        journey(store, clock)(query())

    assert caught.value.reason is Refusal.USED
    assert clock.pauses == []


def test_a_notification_that_arrives_a_moment_late_is_waited_for() -> None:
    store, clock = MemoryStore(), Clock()

    def pause(seconds: float) -> None:
        clock.pause(seconds)
        if len(clock.pauses) == 3:
            store.apply(sample.notify(clock.now))

    started = StartJourney(store, 1.2, clock, pause)(query())

    assert started.authorisation.state is State.OPENED
    assert len(clock.pauses) == 3


def test_a_notification_that_never_came_is_not_waited_for_longer_than_the_grace() -> None:
    store, clock = MemoryStore(), Clock()

    with pytest.raises(TransitionRefusedError) as caught:
        journey(store, clock)(query())

    assert caught.value.reason is Refusal.UNKNOWN
    assert sum(clock.pauses) == pytest.approx(1.2)
    assert clock.pauses == sorted(clock.pauses)
    assert store.items == {}


def test_an_id_that_a_stranger_made_up_costs_one_write_and_three_reads() -> None:
    class Counting(MemoryStore):
        calls: ClassVar[list[str]] = []

        def apply(self, update: Update) -> Authorisation:
            self.calls.append("write")
            return super().apply(update)

        def find(self, authorisation_id: str) -> Authorisation | None:
            self.calls.append("read")
            return super().find(authorisation_id)

    store, clock = Counting(), Clock()

    with pytest.raises(TransitionRefusedError):
        journey(store, clock)(query())
    assert store.calls == ["write", "read", "read", "read"]


def test_without_a_grace_an_unknown_id_costs_one_write() -> None:
    store, clock = MemoryStore(), Clock()

    with pytest.raises(TransitionRefusedError):
        StartJourney(store, 0, clock, clock.pause)(query())
    assert clock.pauses == []


def test_after_twenty_minutes_the_session_is_expired() -> None:
    store, clock = MemoryStore(), Clock()
    store.apply(sample.notify(clock.now))
    clock.now += 20 * 60

    with pytest.raises(TransitionRefusedError) as caught:
        journey(store, clock)(query())

    assert caught.value.reason is Refusal.EXPIRED


class Forgetful(MemoryStore):
    """A store whose first answer is lost, after the write took effect."""

    lost = False

    def apply(self, update: Update) -> Authorisation:
        after = super().apply(update)
        if not self.lost:
            self.lost = True
            raise ServiceUnavailableError("the answer is lost")
        return after


def test_a_claim_whose_answer_is_lost_is_not_lost_to_its_customer() -> None:
    store, clock = Forgetful(), Clock()
    store.lost = True
    store.apply(sample.notify(clock.now))
    store.lost = False

    started = journey(store, clock)(query())

    assert started.authorisation.ticket_hash == ticket.hash_of(started.ticket)
    assert [entry["event"] for entry in started.authorisation.history] == ["notified", "opened"]
