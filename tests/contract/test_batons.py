"""What every keeper of batons promises: in memory, on moto, and on the local AWS."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import boto3
import pytest
from moto import mock_aws

from connector.aws.lock import Baton, Batons, DynamoDBBatons, Held
from local.aws import Aws
from tests.fakes.batons import MemoryBatons
from tests.fakes.clock import Clock
from tests.template import create_table

TABLE = "BatonsTable"


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def moto_batons(clock: Clock) -> Iterator[Batons]:
    with mock_aws():
        client = boto3.client("dynamodb", "eu-west-1", aws_access_key_id="moto", aws_secret_access_key="moto")
        yield DynamoDBBatons(client, create_table(client, TABLE), clock)


@pytest.fixture
def local_batons(local_aws: Aws, clock: Clock) -> Iterator[Batons]:
    yield DynamoDBBatons(local_aws.dynamodb, create_table(local_aws.dynamodb, TABLE), clock)
    local_aws.dynamodb.delete_table(TableName=TABLE)


@pytest.fixture(params=["memory", "moto", "local"])
def batons(request: pytest.FixtureRequest, clock: Clock) -> Batons:
    if request.param == "memory":
        return MemoryBatons(clock)
    found: Batons = request.getfixturevalue(f"{request.param}_batons")
    return found


def held(call: Callable[[], Baton]) -> Held:
    with pytest.raises(Held) as caught:
        call()
    return caught.value


def test_a_baton_is_had_by_one_until_it_is_put_down(batons: Batons) -> None:
    mine = batons.take("one", 20)
    refused = held(lambda: batons.take("one", 20))
    assert (refused.seconds, refused.resting) == (20, False)
    batons.put_down(mine)
    assert batons.take("one", 20) != mine


def test_a_baton_that_was_put_down_is_had_by_one_whose_clock_is_a_little_behind_too(
    batons: Batons, clock: Clock
) -> None:
    batons.put_down(batons.take("one", 20))
    clock.now -= 0.5
    assert batons.take("one", 20)


def test_one_baton_does_not_keep_anybody_from_another(batons: Batons) -> None:
    batons.take("one", 20)
    assert batons.take("another", 20)


def test_a_baton_whose_holder_died_ends_by_itself(batons: Batons, clock: Clock) -> None:
    batons.take("one", 20)
    clock.now += 19.9
    assert held(lambda: batons.take("one", 20)).seconds == pytest.approx(0.1)
    clock.now += 0.1
    assert batons.take("one", 20)


def test_a_baton_that_rests_is_had_by_nobody_until_then(batons: Batons, clock: Clock) -> None:
    batons.put_down(batons.take("one", 20), rest=90)
    clock.now += 89
    refused = held(lambda: batons.take("one", 20))
    assert (refused.seconds, refused.resting) == (1, True)
    clock.now += 1
    assert batons.take("one", 20)


def test_who_lost_the_baton_cannot_put_down_another_s(batons: Batons, clock: Clock) -> None:
    lost = batons.take("one", 20)
    clock.now += 20
    batons.take("one", 20)
    batons.put_down(lost)
    assert not held(lambda: batons.take("one", 20)).resting


def test_of_many_at_once_just_one_gets_it(local_batons: Batons) -> None:
    together = threading.Barrier(64)

    def take(_: int) -> bool:
        together.wait()
        try:
            local_batons.take("one", 20)
        except Held:
            return False
        return True

    with ThreadPoolExecutor(64) as pool:
        assert sum(pool.map(take, range(64))) == 1
