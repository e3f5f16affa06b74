"""The queue in SQS: when a message comes back, that none of a list is lost, and what a dead letter tells."""

from typing import TYPE_CHECKING, Any

import boto3
import pytest
from moto import mock_aws

from connector.reauth_requests.queue import RequestQueue

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mypy_boto3_sqs import SQSClient


@pytest.fixture
def client() -> "Iterator[SQSClient]":
    with mock_aws():
        yield boto3.client("sqs", "eu-west-1", aws_access_key_id="moto", aws_secret_access_key="moto")


@pytest.fixture
def queue(client: "SQSClient") -> RequestQueue:
    return RequestQueue(
        client, client.create_queue(QueueName="requests")["QueueUrl"], client.create_queue(QueueName="dead")["QueueUrl"]
    )


def parameters_of(client: "SQSClient", operation: str) -> list[dict[str, Any]]:
    """Return the parameters of each call of an operation, as they are sent."""
    sent = list[dict[str, Any]]()

    def record(params: dict[str, Any], **_: Any) -> None:  # noqa: ANN401 - whatever else botocore passes
        sent.append(dict(params))

    client.meta.events.register(f"before-parameter-build.sqs.{operation}", record)
    return sent


@pytest.mark.parametrize(("seconds", "hidden"), [(0, 1), (0.2, 1), (1, 1), (14.1, 15), (77, 77), (3600, 3600)])
def test_a_message_is_hidden_for_its_seconds_rounded_up(
    queue: RequestQueue, client: "SQSClient", seconds: float, hidden: int
) -> None:
    queue.send([{"n": 1}])
    [message] = client.receive_message(QueueUrl=queue.url, VisibilityTimeout=0)["Messages"]
    sent = parameters_of(client, "ChangeMessageVisibility")

    queue.delay(message["ReceiptHandle"], seconds)

    assert [(one["QueueUrl"], one["VisibilityTimeout"]) for one in sent] == [(queue.url, hidden)]
    assert "Messages" not in client.receive_message(QueueUrl=queue.url)


@pytest.mark.parametrize("count", [1, 10, 11, 25])
def test_each_entry_of_a_list_becomes_one_message(queue: RequestQueue, client: "SQSClient", count: int) -> None:
    queue.send([{"n": number} for number in range(count)])

    found = list[str]()
    while messages := client.receive_message(QueueUrl=queue.url, MaxNumberOfMessages=10).get("Messages"):
        found += [message["Body"] for message in messages]
    assert sorted(found) == sorted(f'{{"n": {number}}}' for number in range(count))


def test_a_dead_letter_has_the_body_unchanged_and_says_why(queue: RequestQueue, client: "SQSClient") -> None:
    queue.send_dead_letter("{odd", "malformed", "not JSON")
    queue.send_dead_letter("{}", "abandoned", "")

    found = [
        client.receive_message(QueueUrl=queue.dead_letters_url, MessageAttributeNames=["All"])["Messages"][0]
        for _ in range(2)
    ]
    sent_letters = {
        one["Body"]: tuple(one["MessageAttributes"][name]["StringValue"] for name in ("Kind", "Reason"))
        for one in found
    }
    assert sent_letters == {"{odd": ("malformed", "not JSON"), "{}": ("abandoned", "no reason was given")}
