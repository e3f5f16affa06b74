"""The rate that environments share."""

from collections.abc import Iterator
from dataclasses import replace

import boto3
import pytest
from moto import mock_aws

from connector.aws.errors import ServiceUnavailableError
from connector.aws.shared_rate import SharedRate
from tests.fakes.clock import Clock
from tests.template import create_table


class Outcomes:
    """The outcomes that wait."""

    def __init__(self) -> None:
        self.waiting = 0

    def __call__(self) -> int:
        return self.waiting


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def outcomes() -> Outcomes:
    return Outcomes()


@pytest.fixture
def rate(clock: Clock, outcomes: Outcomes) -> Iterator[SharedRate]:
    with mock_aws():
        client = boto3.client("dynamodb", "eu-west-1", aws_access_key_id="moto", aws_secret_access_key="moto")
        yield SharedRate(
            client=client,
            table=create_table(client, "LocksTable"),
            name="turns",
            per_second=10,
            urgent=outcomes,
            clock=clock,
            pause=clock.pause,
        )


def test_environments_that_call_at_the_same_time_get_turns_in_equal_intervals(rate: SharedRate) -> None:
    waited: list[float] = []
    environments = [replace(rate, pause=waited.append) for _ in range(2)]

    for environment in environments * 3:
        environment.wait()

    assert waited == pytest.approx([0, 0.1, 0.2, 0.3, 0.4, 0.5], abs=0.002)


def test_a_turn_that_was_not_used_does_not_come_back(rate: SharedRate, clock: Clock) -> None:
    rate.wait()
    clock.now += 60
    began = clock.now

    for _ in range(3):
        rate.wait()

    assert clock.now - began == pytest.approx(0.2, abs=0.002)


@pytest.mark.parametrize("rested", [0, 60])
def test_a_call_gives_way_to_each_urgent_call(
    rate: SharedRate, clock: Clock, outcomes: Outcomes, rested: float
) -> None:
    rate.wait()
    clock.now += 0.1 + rested
    began, outcomes.waiting = clock.now, 3

    rate.wait()

    assert clock.now - began == pytest.approx(0.3, abs=0.002)
    outcomes.waiting = 0
    rate.wait()
    assert clock.now - began == pytest.approx(0.4, abs=0.002)


def test_without_dynamodb_no_turn_is_taken(rate: SharedRate) -> None:
    with pytest.raises(ServiceUnavailableError):
        replace(rate, table="no-such-table").wait()
