"""The conditions of a transition: evaluated in memory and by DynamoDB, they admit, refuse and change the same."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from moto import mock_aws

from connector.aws.items import plain, serialise
from connector.session import transitions
from connector.session.authorisation import Authorisation, Refusal, State, TransitionRefusedError
from connector.session.conditions import LONGEST_JOURNEY
from connector.session.store import DynamoDBStore, Store
from connector.session.transitions import CLAIM, DELIVER, LEASE, OPEN, Transition
from connector.session.update import Update
from tests import sample
from tests.fakes.store import MemoryStore
from tests.template import create_table

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

NOW = 1_800_000_000
ALL = [value for value in vars(transitions).values() if isinstance(value, Transition)]

sessions = st.none() | st.fixed_dictionaries(
    {"state": st.sampled_from([state.value for state in State]), "expires_at": st.integers(NOW - 1, NOW + 1)},
    optional={
        "ticket_hash": st.sampled_from(["mine", "another"]),
        "lease_until": st.integers(NOW - 1, NOW + 1),
        "step": st.integers(0, 1),
        "attempts": st.integers(0, 2),
        "outbox": st.just("outbox"),
        "uncertain_attempts": st.integers(0, 2),
        "begins": st.integers(0, 2),
        "awaits": st.sampled_from(["begin", "answer"]),
        "polled_until": st.integers(NOW - 1, NOW + 1),
        "history": st.sampled_from([1, LONGEST_JOURNEY - 1, LONGEST_JOURNEY]).map(
            lambda length: [{"at": 0, "event": "notified", "id": "first"}] * length
        ),
    },
)
updates = st.builds(
    Update,
    transition=st.sampled_from(ALL),
    authorisation_id=st.just(sample.ID),
    now=st.sampled_from([float(NOW), NOW + 0.9]),
    id=st.sampled_from(["first", "second"]),
    equals=st.sampled_from([{}, {"ticket_hash": "mine"}, {"ticket_hash": "mine", "step": 1}]),
    at_step=st.none() | st.integers(0, 1),
    attempts_below=st.none() | st.integers(1, 2),
    begins_below=st.none() | st.integers(1, 2),
    polled_until_below=st.none() | st.integers(NOW - 1, NOW + 1),
    recorded=st.booleans(),
    sets=st.sampled_from([{"expires_at": NOW + 9}, {"expires_at": NOW + 9, "lease_until": NOW + 30, "prompt": "next"}]),
    adds=st.sampled_from([{}, {"uncertain_attempts": 1}, {"attempts": -1}]),
    removes=st.sampled_from([frozenset(), frozenset({"outbox", "ticket_hash"})]),
    detail=st.sampled_from([{}, {"reason": "HTTP 503"}]),
)


@pytest.fixture(scope="module")
def dynamodb() -> Iterator["DynamoDBClient"]:
    with mock_aws():
        client = boto3.client("dynamodb", "eu-west-1", aws_access_key_id="moto", aws_secret_access_key="moto")
        create_table(client)
        yield client


@pytest.mark.slow
@given(stored=sessions, update=updates)
@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_table_decides_as_the_domain_does(
    dynamodb: "DynamoDBClient", stored: dict[str, Any] | None, update: Update
) -> None:
    memory, table = MemoryStore(), DynamoDBStore(dynamodb, "AuthorisationsTable")
    dynamodb.delete_item(TableName="AuthorisationsTable", Key={"authorisation_id": {"S": sample.ID}})
    if stored is not None:
        item = {"history": [], **stored, "authorisation_id": sample.ID}
        memory.items[sample.ID] = item
        dynamodb.put_item(
            TableName="AuthorisationsTable", Item={name: serialise(value) for name, value in item.items()}
        )

    assert _result(memory, update) == _result(table, update)
    found = dynamodb.get_item(TableName="AuthorisationsTable", Key={"authorisation_id": {"S": sample.ID}})
    assert memory.items.get(sample.ID, {}) == plain(found.get("Item", {}))


def _result(store: Store, update: Update) -> Authorisation | tuple[Refusal, Authorisation | None]:
    try:
        return store.apply(update)
    except TransitionRefusedError as refused:
        return refused.reason, refused.authorisation


OPENED = {"authorisation_id": sample.ID, "state": "opened", "expires_at": NOW + 1, "step": 1, "attempts": 0}
MINE: dict[str, str | int] = {"ticket_hash": "mine"}


@pytest.mark.parametrize(
    ("item", "reason"),
    [
        ({}, Refusal.UNKNOWN),
        (OPENED, Refusal.NOT_MATCHING),
        ({**OPENED, **MINE, "state": "decided", "expires_at": 0}, Refusal.USED),
        ({**OPENED, **MINE, "expires_at": NOW, "step": 0}, Refusal.EXPIRED),
        ({**OPENED, **MINE, "step": 0, "attempts": 5}, Refusal.OTHER_STEP),
        ({**OPENED, **MINE, "attempts": 5, "lease_until": NOW + 1}, Refusal.NO_ATTEMPTS_LEFT),
        ({**OPENED, **MINE, "history": [{}] * LONGEST_JOURNEY, "lease_until": NOW + 1}, Refusal.NO_UPDATES_LEFT),
        ({**OPENED, **MINE, "history": [], "lease_until": NOW + 1}, Refusal.BUSY),
    ],
)
def test_the_first_condition_that_does_not_hold_gives_the_reason(item: dict[str, Any], reason: Refusal) -> None:
    update = Update(transition=CLAIM, authorisation_id=sample.ID, now=NOW, equals=MINE, at_step=1, attempts_below=5)

    with pytest.raises(TransitionRefusedError) as refused:
        update.check(item)
    assert refused.value.reason is reason


@pytest.mark.parametrize("state", [state for state in State if state is not State.NOTIFIED])
def test_only_a_notified_session_is_opened(state: State) -> None:
    update = Update(transition=OPEN, authorisation_id=sample.ID, now=NOW)
    item = {"authorisation_id": sample.ID, "expires_at": NOW + 1, "history": []}

    update.check({**item, "state": "notified"})
    with pytest.raises(TransitionRefusedError) as refused:
        update.check({**item, "state": state.value})
    assert refused.value.reason is Refusal.USED


def test_an_outcome_that_the_outbox_does_not_hold_is_not_leased() -> None:
    update = Update(transition=LEASE, authorisation_id=sample.ID, now=NOW)

    with pytest.raises(TransitionRefusedError) as refused:
        update.check({**OPENED, "state": "decided"})
    assert refused.value.reason is Refusal.USED


def test_every_transition_has_a_name_of_its_own_in_the_history() -> None:
    assert len({transition.event for transition in ALL}) == len(ALL)
    assert DELIVER in ALL
