"""The AWS and Sage of the benchmark: they do what a function relies on, and count and time what it calls."""

from collections.abc import Iterator, Mapping

import pytest
import requests

from benchmarks.upstream import AUDIENCE, Upstream, upstream

KEY = {"authorisation_id": {"S": "one"}}


@pytest.fixture(scope="module")
def served() -> Iterator[Upstream]:
    """One server for all tests here."""
    with upstream() as running:
        yield running


@pytest.fixture
def table(served: Upstream) -> str:
    """The name of the table, with one item."""
    name = served.environment["AuthorisationsTable"]
    served.aws["dynamodb"].put_item(TableName=name, Item=KEY | {"state": {"S": "notified"}})
    served.take()
    return name


def over_http(served: Upstream, operation: str, request: Mapping[str, object]) -> requests.Response:
    headers = {"X-Amz-Target": f"DynamoDB_20120810.{operation}"}
    return requests.post(served.url, json=request, headers=headers, timeout=5)


def test_a_condition_is_evaluated_and_a_refusal_returns_the_item(served: Upstream, table: str) -> None:
    write = {
        "TableName": table,
        "Key": KEY,
        "UpdateExpression": "SET #state = :next",
        "ConditionExpression": "#state = :prior",
        "ExpressionAttributeNames": {"#state": "state"},
        "ExpressionAttributeValues": {":prior": {"S": "notified"}, ":next": {"S": "opened"}},
        "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
    }

    first, second = over_http(served, "UpdateItem", write), over_http(served, "UpdateItem", write)

    assert first.status_code == 200
    assert (second.status_code, second.json()["__type"]) == (400, "ConditionalCheckFailedException")
    assert second.json()["Item"]["state"] == {"S": "opened"}


def test_a_call_is_counted_once_with_its_time(served: Upstream, table: str) -> None:
    over_http(served, "GetItem", {"TableName": table, "Key": KEY})
    requests.get(f"{served.url}/.well-known/jwks.json", timeout=5)

    calls = served.take()

    assert [(call.name, call.is_aws) for call in calls] == [("GetItem", True), ("GET /.well-known/jwks.json", False)]
    assert all(call.milliseconds > 0 for call in calls)
    assert served.take() == []


def test_a_connection_is_kept_open(served: Upstream, table: str) -> None:
    answer = over_http(served, "GetItem", {"TableName": table, "Key": KEY})

    assert answer.raw.version == 11
    assert "close" not in answer.headers.get("Connection", "")


def test_the_token_of_a_notification_is_sage_s(served: Upstream) -> None:
    claims = served.authority.verify(served.token(), AUDIENCE)

    assert claims["iss"] == f"{served.url}/"
