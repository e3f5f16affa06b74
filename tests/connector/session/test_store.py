"""The contract of every store: in memory, on moto, and on the local AWS."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from connector.delivery import updates as delivery
from connector.session.authorisation import Authorisation, Outcome, Refusal, State, TransitionRefusedError
from connector.session.store import DynamoDBStore, Store
from connector.session.update import Lease, Update
from tests import sample
from tests.fakes.store import MemoryStore

NOW = 1_800_000_000.0
MINUTE = 60


def refused(store: Store, update: Update) -> TransitionRefusedError:
    with pytest.raises(TransitionRefusedError) as caught:
        store.apply(update)
    return caught.value


def test_a_notified_session_lives_for_its_minutes(store: Store) -> None:
    session = store.apply(sample.notify(NOW))

    assert session.state is State.NOTIFIED
    assert session.expires_at == NOW + 20 * MINUTE
    assert session.bank_id == sample.BANK_ID
    assert [entry["event"] for entry in session.history] == ["notified"]
    assert session.history[0]["at"] == NOW * 1000


def test_a_duplicate_notification_changes_nothing(store: Store) -> None:
    first = store.apply(sample.notify(NOW))

    refusal = refused(store, sample.notify(NOW + MINUTE))

    assert refusal.reason is Refusal.KNOWN
    assert refusal.authorisation == first == store.find(sample.ID)


def test_opening_pins_the_parameters_of_the_request(store: Store) -> None:
    store.apply(sample.notify(NOW))

    session = store.apply(sample.open_session(NOW + 1))

    assert session.state is State.OPENED
    assert session.external_id == sample.EXTERNAL_ID
    assert session.bank_account == sample.BANK_ID
    assert session.redirect_uri == sample.REDIRECT_URI
    assert session.sage_state == sample.SAGE_STATE
    assert sample.TICKET not in repr(session)


def test_a_session_that_was_never_notified_cannot_be_opened_and_leaves_no_trace(store: Store) -> None:
    refusal = refused(store, sample.open_session(NOW))

    assert refusal.reason is Refusal.UNKNOWN
    assert refusal.authorisation is None
    assert store.find(sample.ID) is None


def test_a_session_is_opened_once(store: Store) -> None:
    store.apply(sample.notify(NOW))
    first = store.apply(sample.open_session(NOW))

    refusal = refused(store, sample.open_session(NOW, ticket="another"))

    assert refusal.reason is Refusal.USED
    assert store.find(sample.ID) == first


@pytest.mark.parametrize("moment", [20 * MINUTE, 20 * MINUTE + 1, 3 * 24 * 60 * MINUTE])
def test_a_session_can_be_opened_until_it_expires(store: Store, moment: int) -> None:
    store.apply(sample.notify(NOW))

    assert refused(store, sample.open_session(NOW + moment)).reason is Refusal.EXPIRED
    assert store.apply(sample.open_session(NOW + 20 * MINUTE - 1)).state is State.OPENED


def test_the_outcome_and_its_outbox_entry_are_one_write(store: Store) -> None:
    session = sample.decided(store, NOW)

    assert session.state is State.DECIDED
    assert session.outcome is Outcome.SUCCESS
    assert session.undelivered
    assert session.delivery_due == sample.LEASE.until
    assert (session.lease, session.lease_until) == (sample.LEASE.id, sample.LEASE.until)
    assert session.uncertain_attempts == 1


def test_an_outcome_without_a_status_gets_no_outbox_entry(store: Store) -> None:
    store.apply(sample.notify(NOW))
    store.apply(sample.open_session(NOW))

    session = store.apply(sample.decide(NOW, Outcome.CANCELLED, status=""))

    assert session.state is State.DECIDED
    assert not session.undelivered
    assert session.delivery_due is None


def test_an_outcome_is_decided_once(store: Store) -> None:
    first = sample.decided(store, NOW)

    refusal = refused(store, sample.decide(NOW, Outcome.CANCELLED, status=""))

    assert refusal.reason is Refusal.USED
    assert refusal.authorisation == first == store.find(sample.ID)


def test_a_caller_without_the_ticket_decides_nothing_and_does_not_learn_the_state(store: Store) -> None:
    store.apply(sample.notify(NOW))
    store.apply(sample.open_session(NOW))

    assert refused(store, sample.decide(NOW, ticket="guessed")).reason is Refusal.NOT_MATCHING
    store.apply(sample.decide(NOW))
    assert refused(store, sample.decide(NOW, ticket="guessed")).reason is Refusal.NOT_MATCHING


def test_nothing_is_decided_before_the_session_is_opened(store: Store) -> None:
    store.apply(sample.notify(NOW))

    assert refused(store, sample.decide(NOW)).reason is Refusal.NOT_MATCHING


def test_nothing_is_decided_after_the_session_expired(store: Store) -> None:
    store.apply(sample.notify(NOW))
    store.apply(sample.open_session(NOW))

    assert refused(store, sample.decide(NOW + 20 * MINUTE)).reason is Refusal.EXPIRED


def test_one_caller_has_the_lease_until_it_ends(store: Store) -> None:
    sample.decided(store, NOW)
    other = Lease("lease-2", int(NOW) + 300)

    assert refused(store, delivery.take_lease(sample.ID, other, now=sample.LEASE.until - 1)).reason is Refusal.BUSY
    session = store.apply(delivery.take_lease(sample.ID, other, now=sample.LEASE.until))

    assert session.lease == "lease-2"
    assert session.uncertain_attempts == 2


def test_an_outcome_without_an_outbox_entry_cannot_be_leased_or_expire(store: Store) -> None:
    store.apply(sample.notify(NOW))
    store.apply(sample.open_session(NOW))
    session = store.apply(sample.decide(NOW, Outcome.CANCELLED, status=""))

    assert refused(store, delivery.take_lease(sample.ID, sample.LEASE, now=NOW)).reason is Refusal.USED
    assert refused(store, delivery.expire(session.authorisation_id, now=NOW)).reason is Refusal.USED


def test_the_outbox_is_listed_in_the_order_of_due_times(outbox_store: DynamoDBStore | MemoryStore) -> None:
    for number, due in ((1, 90), (2, 30), (3, 60)):
        session = f"00000000-0000-4000-8000-{number:012}"
        lease = Lease("lease", int(NOW) + due)
        outbox_store.apply(replace(sample.notify(NOW), authorisation_id=session))
        outbox_store.apply(replace(sample.open_session(NOW), authorisation_id=session))
        outbox_store.apply(replace(sample.decide(NOW, lease=lease), authorisation_id=session))
    delivered = sample.decided(outbox_store, NOW)
    outbox_store.apply(delivery.deliver(delivered, how="acknowledged", now=NOW))

    listed = list(outbox_store.entries())

    assert [(entry.authorisation_id[-1], entry.due - NOW, entry.decided_at) for entry in listed] == [
        ("2", 30, NOW),
        ("3", 60, NOW),
        ("1", 90, NOW),
    ]
    assert (outbox_store.waiting(8), outbox_store.waiting(2)) == (3, 2)


def test_a_caller_that_lost_the_lease_cannot_release_it(store: Store) -> None:
    mine = sample.decided(store, NOW)
    store.apply(delivery.take_lease(sample.ID, Lease("lease-2", int(NOW) + 300), now=sample.LEASE.until))

    late = delivery.postpone(mine, until=NOW, uncertain=False, reason="HTTP 503", now=NOW)

    assert refused(store, late).reason is Refusal.NOT_MATCHING


def test_a_postponed_delivery_is_due_later_and_its_lease_is_free(store: Store) -> None:
    mine = sample.decided(store, NOW)

    session = store.apply(delivery.postpone(mine, until=NOW + 30, uncertain=False, reason="HTTP 429", now=NOW + 1))

    assert session.undelivered
    assert session.delivery_due == NOW + 30
    assert (session.lease, session.lease_until, session.uncertain_attempts) == (None, None, 0)
    assert session.history[-1]["reason"] == "HTTP 429"


def test_an_uncertain_attempt_stays_counted(store: Store) -> None:
    mine = sample.decided(store, NOW)

    assert (
        store.apply(delivery.postpone(mine, until=NOW, uncertain=True, reason="no answer", now=NOW)).uncertain_attempts
        == 1
    )


@pytest.mark.parametrize(
    ("end", "state"),
    [
        (lambda session: delivery.deliver(session, how="acknowledged", now=NOW + 1), State.DELIVERED),
        (lambda session: delivery.reject(session, reason="HTTP 404", now=NOW + 1), State.REJECTED),
        (lambda session: delivery.expire(session.authorisation_id, now=sample.LEASE.until), State.EXPIRED),
    ],
)
def test_an_ended_delivery_leaves_the_outbox_and_admits_no_update(
    store: Store, end: Callable[[Authorisation], Update], state: State
) -> None:
    mine = sample.decided(store, NOW)

    session = store.apply(end(mine))

    assert session.state is state
    assert not session.undelivered
    assert (session.lease, session.lease_until, session.delivery_due) == (None, None, None)
    assert refused(store, delivery.deliver(mine, how="again", now=NOW + 2)).reason is Refusal.USED
    assert refused(store, delivery.take_lease(sample.ID, sample.LEASE, now=NOW + 900)).reason is Refusal.USED


def test_a_repeated_update_that_took_effect_is_not_refused(store: Store) -> None:
    store.apply(sample.notify(NOW))
    update = sample.open_session(NOW)

    once, again = store.apply(update), store.apply(update)

    assert once == again
    assert [entry["event"] for entry in again.history] == ["notified", "opened"]


def test_the_history_has_each_update_in_order(store: Store) -> None:
    mine = sample.decided(store, NOW)
    store.apply(delivery.deliver(mine, how="acknowledged", now=NOW + 2))

    session = store.find(sample.ID)

    assert session is not None
    assert [entry["event"] for entry in session.history] == ["notified", "opened", "decided", "delivered"]
    assert [entry["at"] for entry in session.history] == [NOW * 1000] * 3 + [(NOW + 2) * 1000]


@pytest.mark.parametrize("contenders", [64])
def test_of_many_who_open_at_once_just_one_wins(shared_store: Store, contenders: int) -> None:
    shared_store.apply(sample.notify(NOW))

    winners, reasons = _race(shared_store, [sample.open_session(NOW, ticket=str(n)) for n in range(contenders)])

    assert len(winners) == 1
    assert reasons == {Refusal.USED}
    assert shared_store.find(sample.ID) == winners[0]


@pytest.mark.parametrize("contenders", [64])
def test_of_many_who_decide_at_once_just_one_wins(shared_store: Store, contenders: int) -> None:
    shared_store.apply(sample.notify(NOW))
    shared_store.apply(sample.open_session(NOW))

    winners, reasons = _race(shared_store, [sample.decide(NOW) for _ in range(contenders)])

    assert len(winners) == 1
    assert reasons == {Refusal.USED}


def _race(store: Store, contenders: list[Update]) -> tuple[list[Authorisation], set[Refusal]]:
    together = threading.Barrier(len(contenders))

    def run(update: Update) -> Authorisation | Refusal:
        together.wait()
        try:
            return store.apply(update)
        except TransitionRefusedError as refusal:
            return refusal.reason

    with ThreadPoolExecutor(len(contenders)) as pool:
        results = list(pool.map(run, contenders))
    winners = [result for result in results if isinstance(result, Authorisation)]
    return winners, {result for result in results if isinstance(result, Refusal)}
