"""A notification of Banking Service that was authenticated: what is stored, and what is refused."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from connector.accounts.repository import Account
from connector.notification.accept import Accepted, AcceptNotification
from connector.notification.message import MalformedNotificationError, Notification
from connector.session.authorisation import State
from tests import sample
from tests.fakes.account_repository import MemoryAccountRepository
from tests.fakes.clock import Clock
from tests.fakes.store import MemoryStore

type Accept = Callable[[bytes], Accepted]

SAMPLE: dict[str, Any] = {
    "type": "resourceCreated",
    "resource": {"id": sample.ID, "type": "authorisation", "url": "NA"},
    "additionalData": {"bankId": sample.BANK_ID},
}


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def store() -> MemoryStore:
    return MemoryStore()


@pytest.fixture
def accounts() -> MemoryAccountRepository:
    return MemoryAccountRepository()


@pytest.fixture
def accept(store: MemoryStore, accounts: MemoryAccountRepository, clock: Clock) -> Accept:
    use_case = AcceptNotification(store, accounts, 20, clock)
    return lambda body: use_case(Notification.read(body))


def test_sages_own_sample_starts_a_session(accept: Accept, store: MemoryStore, clock: Clock) -> None:
    assert accept(json.dumps(SAMPLE).encode()) is Accepted.STARTED

    session = store.find(sample.ID)
    assert session is not None
    assert session.state is State.NOTIFIED
    assert session.expires_at == clock.now + 1200


def test_a_duplicate_succeeds_and_does_not_extend_the_session(accept: Accept, store: MemoryStore, clock: Clock) -> None:
    accept(json.dumps(SAMPLE).encode())
    before = store.find(sample.ID)
    clock.now += 600

    assert accept(json.dumps(SAMPLE).encode()) is Accepted.DUPLICATE
    assert store.find(sample.ID) == before


@pytest.mark.parametrize(
    ("type_", "resource"),
    [("resourceMoved", "bankAccount"), ("resourceMoved", "authorisation"), ("resourceDeleted", "authorisation")],
)
def test_other_types_are_acknowledged_and_store_nothing(
    accept: Accept, store: MemoryStore, accounts: MemoryAccountRepository, type_: str, resource: str
) -> None:
    other = {"type": type_, "resource": {"id": "any", "type": resource}, "additionalData": {"externalId": "x"}}

    assert accept(json.dumps(other).encode()) is Accepted.NOT_HANDLED
    assert store.items == {}
    assert accounts.accounts == {}


def about_account(type_: str, **additional: str) -> bytes:
    resource = {"id": "account-1", "type": "bankAccount", "url": "NA"}
    return json.dumps({"type": type_, "resource": resource, "additionalData": additional}).encode()


def test_a_created_account_is_stored_with_sages_id_and_the_providers_own(
    accept: Accept, accounts: MemoryAccountRepository, clock: Clock
) -> None:
    created = about_account("resourceCreated", externalId="acc-1", bankId="bank-1", requestedStartDate="2026-01-01")

    assert accept(created) is Accepted.ACCOUNT_LINKED
    assert accounts.find_external("acc-1") == Account(
        bank_account_id="account-1", notified_at=int(clock.now), external_id="acc-1", bank_id="bank-1"
    )


def test_a_disconnected_account_is_stored_as_disconnected_until_it_is_created_again(
    accept: Accept, accounts: MemoryAccountRepository, clock: Clock
) -> None:
    assert accept(about_account("resourceDeleted", externalId="acc-1")) is Accepted.ACCOUNT_DISCONNECTED
    found = accounts.find("account-1")
    assert found is not None
    assert found.disconnected_at == int(clock.now)

    accept(about_account("resourceCreated", externalId="acc-1"))

    again = accounts.find("account-1")
    assert again is not None
    assert again.disconnected_at is None


def test_a_created_account_without_the_providers_own_id_says_nothing_new(
    accept: Accept, accounts: MemoryAccountRepository
) -> None:
    assert accept(about_account("resourceCreated", bankId="bank-1")) is Accepted.NOT_HANDLED
    assert accounts.accounts == {}


def test_what_sage_may_add_one_day_is_ignored(accept: Accept) -> None:
    assert accept(json.dumps(SAMPLE | {"version": 2}).encode()) is Accepted.STARTED


def test_additional_data_may_be_missing(accept: Accept, store: MemoryStore) -> None:
    bare = {name: value for name, value in SAMPLE.items() if name != "additionalData"}

    assert accept(json.dumps(bare).encode()) is Accepted.STARTED
    session = store.find(sample.ID)
    assert session is not None
    assert session.bank_id is None


@pytest.mark.parametrize(
    "data",
    [None, [], "x", {"bankId": 12}, {"bankId": ""}, {"bankId": ["x"]}, {"bankId": "x" * 300}, {"bankId": "\ud800"}],
)
def test_what_is_only_recorded_is_never_a_reason_to_refuse(
    accept: Accept,
    store: MemoryStore,
    data: Any,  # noqa: ANN401 - any JSON
) -> None:
    assert accept(json.dumps(SAMPLE | {"additionalData": data}).encode()) is Accepted.STARTED

    session = store.find(sample.ID)
    assert session is not None
    assert session.bank_id is None


@pytest.mark.parametrize("resource", [{"type": "bankAccount"}, {"type": "bankAccount", "id": 12}])
def test_an_id_of_a_kind_that_we_do_not_know_is_no_fault_of_a_type_that_is_not_ours(
    accept: Accept, resource: dict[str, Any]
) -> None:
    other = {"type": "resourceCreated", "resource": resource, "additionalData": None}

    assert accept(json.dumps(other).encode()) is Accepted.NOT_HANDLED


def test_an_id_in_capitals_is_the_same_id(accept: Accept, store: MemoryStore) -> None:
    shouted = SAMPLE | {"resource": {"id": sample.ID.upper(), "type": "authorisation"}}

    assert accept(json.dumps(shouted).encode()) is Accepted.STARTED
    assert store.find(sample.ID) is not None


@pytest.mark.parametrize(
    ("body", "names"),
    [
        (b"", "body"),
        (b"{", "body"),
        (b"\xff\xfe", "body"),
        (b"[" * 16_000, "body"),
        (b'{"type": ' + b"7" * 5_000 + b"}", "body"),
        (b"[]", "body"),
        (b"null", "body"),
        (b"{}", "resource"),
        (json.dumps(SAMPLE | {"type": 7}).encode(), "type"),
        (json.dumps(SAMPLE | {"resource": {"type": "authorisation"}}).encode(), "resource.id"),
        (json.dumps(SAMPLE | {"resource": {"id": 12, "type": "authorisation"}}).encode(), "resource.id"),
        (json.dumps(SAMPLE | {"resource": {"id": "not-a-uuid", "type": "authorisation"}}).encode(), "resource.id"),
        (json.dumps(SAMPLE | {"resource": {"id": sample.ID + "\n", "type": "authorisation"}}).encode(), "resource.id"),
        (json.dumps(SAMPLE | {"type": "x" * 300}).encode(), "type"),
        (json.dumps(SAMPLE | {"type": ""}).encode(), "type"),
        (json.dumps(SAMPLE | {"resource": {"id": sample.ID}}).encode(), "resource.type"),
    ],
)
def test_a_malformed_body_names_its_fault_and_stores_nothing(
    accept: Accept, store: MemoryStore, body: bytes, names: str
) -> None:
    with pytest.raises(MalformedNotificationError, match=names):
        accept(body)

    assert store.items == {}


def test_a_fault_does_not_quote_what_was_sent(accept: Accept) -> None:
    with pytest.raises(MalformedNotificationError) as caught:
        accept(json.dumps(SAMPLE | {"resource": {"id": "Jane Doe 4321", "type": "authorisation"}}).encode())

    assert "Jane" not in str(caught.value)


def test_the_id_of_a_bank_account_is_no_authorisation_id_also_where_it_is_a_uuid() -> None:
    account = SAMPLE | {"resource": {"id": sample.ID, "type": "bankAccount"}}
    assert Notification.read(json.dumps(account).encode()).authorisation_id is None
    assert Notification.read(json.dumps(SAMPLE).encode()).authorisation_id == sample.ID
