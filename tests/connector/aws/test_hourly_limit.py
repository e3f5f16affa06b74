"""The limit of events within an hour: shared by all environments, without personal data."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import boto3
import pytest
from moto import mock_aws

from connector.aws.hourly_limit import HOUR, HourlyLimit
from local.stack.aws import Aws
from tests.fakes.clock import Clock
from tests.template import create_table

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

ACCOUNT = "account-4321"


@pytest.fixture
def dynamodb() -> Iterator["DynamoDBClient"]:
    with mock_aws():
        client = boto3.client("dynamodb", "eu-west-1", aws_access_key_id="moto", aws_secret_access_key="moto")
        create_table(client, "LocksTable")
        yield client


@pytest.fixture
def limit(dynamodb: "DynamoDBClient") -> HourlyLimit:
    return HourlyLimit(dynamodb, "LocksTable", 3, Clock())


def test_a_key_is_admitted_up_to_the_limit_and_again_in_the_next_hour(dynamodb: "DynamoDBClient") -> None:
    clock = Clock()
    limit = HourlyLimit(dynamodb, "LocksTable", 3, clock)

    assert [limit.admit(ACCOUNT) for _ in range(5)] == [True] * 3 + [False] * 2
    assert limit.admit("another account")
    clock.now += HOUR
    assert limit.admit(ACCOUNT)


def test_of_many_simultaneous_events_the_limit_is_admitted(local_aws: Aws) -> None:
    """On the local AWS, because moto's writes are not atomic between threads."""
    table = create_table(local_aws.dynamodb, "LocksTable")
    limit = HourlyLimit(local_aws.dynamodb, table, 3, Clock())
    with ThreadPoolExecutor(16) as pool:
        admitted = list(pool.map(lambda _: limit.admit(ACCOUNT), range(32)))

    local_aws.dynamodb.delete_table(TableName=table)
    assert sum(admitted) == 3


def test_the_table_holds_no_account_and_forgets_the_count_after_the_hour(
    limit: HourlyLimit, dynamodb: "DynamoDBClient"
) -> None:
    limit.admit(ACCOUNT)

    [item] = dynamodb.scan(TableName="LocksTable")["Items"]
    assert ACCOUNT not in str(item)
    assert 0 < int(item["purge_at"]["N"]) - Clock().now <= HOUR
