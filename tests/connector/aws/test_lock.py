"""The contract of the locks: in memory, on moto, and on the local AWS."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import boto3
import pytest
from moto import mock_aws

from connector.aws.lock import DynamoDBLocks, Lock, LockHeldError, Locks
from local.stack.aws import Aws
from tests.fakes.clock import Clock
from tests.fakes.locks import MemoryLocks
from tests.template import create_table

TABLE = "LocksTable"


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def moto_locks(clock: Clock) -> Iterator[Locks]:
    with mock_aws():
        client = boto3.client("dynamodb", "eu-west-1", aws_access_key_id="moto", aws_secret_access_key="moto")
        yield DynamoDBLocks(client, create_table(client, TABLE), clock)


@pytest.fixture
def local_locks(local_aws: Aws, clock: Clock) -> Iterator[Locks]:
    yield DynamoDBLocks(local_aws.dynamodb, create_table(local_aws.dynamodb, TABLE), clock)
    local_aws.dynamodb.delete_table(TableName=TABLE)


@pytest.fixture(
    params=["memory", pytest.param("moto", marks=pytest.mark.slow), pytest.param("local", marks=pytest.mark.local_aws)]
)
def locks(request: pytest.FixtureRequest, clock: Clock) -> Locks:
    if request.param == "memory":
        return MemoryLocks(clock)
    found: Locks = request.getfixturevalue(f"{request.param}_locks")
    return found


def held(call: Callable[[], Lock]) -> LockHeldError:
    with pytest.raises(LockHeldError) as caught:
        call()
    return caught.value


def test_one_caller_has_a_lock_until_it_is_released(locks: Locks) -> None:
    mine = locks.acquire("one", 20)
    refused = held(lambda: locks.acquire("one", 20))
    assert (refused.seconds, refused.cooling_down) == (20, False)
    locks.release(mine)
    assert locks.acquire("one", 20) != mine


def test_a_released_lock_is_free_for_a_caller_with_a_slow_clock_too(locks: Locks, clock: Clock) -> None:
    locks.release(locks.acquire("one", 20))
    clock.now -= 0.5
    assert locks.acquire("one", 20)


def test_two_locks_are_independent(locks: Locks) -> None:
    locks.acquire("one", 20)
    assert locks.acquire("another", 20)


def test_the_lock_of_a_killed_holder_expires(locks: Locks, clock: Clock) -> None:
    locks.acquire("one", 20)
    clock.now += 19.9
    assert held(lambda: locks.acquire("one", 20)).seconds == pytest.approx(0.1)
    clock.now += 0.1
    assert locks.acquire("one", 20)


def test_a_lock_with_a_cool_down_is_free_only_after_it(locks: Locks, clock: Clock) -> None:
    locks.release(locks.acquire("one", 20), cool_down=90)
    clock.now += 89
    refused = held(lambda: locks.acquire("one", 20))
    assert (refused.seconds, refused.cooling_down) == (1, True)
    clock.now += 1
    assert locks.acquire("one", 20)


def test_a_holder_whose_lock_expired_cannot_release_that_of_another(locks: Locks, clock: Clock) -> None:
    lost = locks.acquire("one", 20)
    clock.now += 20
    locks.acquire("one", 20)
    locks.release(lost)
    assert not held(lambda: locks.acquire("one", 20)).cooling_down


def test_of_many_callers_at_once_one_acquires_it(local_locks: Locks) -> None:
    together = threading.Barrier(64)

    def take(_: int) -> bool:
        together.wait()
        try:
            local_locks.acquire("one", 20)
        except LockHeldError:
            return False
        return True

    with ThreadPoolExecutor(64) as pool:
        assert sum(pool.map(take, range(64))) == 1
