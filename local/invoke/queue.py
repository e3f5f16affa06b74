"""A queue of its own for one request: the deployed function reads the stack's queue, and would take the message."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from cli.errors import explained_aws_errors
from cli.stack import Stack
from local.machine.errors import LocalError

LONGEST_WAIT_SECONDS = 20
"""The longest wait of one call (SQS quota)."""
CALLS = 6


@dataclass(frozen=True)
class RequestQueue:
    """The queue with the one request."""

    stack: Stack
    url: str

    def received(self) -> dict[str, Any]:
        """Receive the request as Lambda does, and return Lambda's event. Raise LocalError."""
        for _ in range(CALLS):
            with explained_aws_errors():
                messages = self.stack.queues.receive_message(
                    QueueUrl=self.url, WaitTimeSeconds=LONGEST_WAIT_SECONDS, AttributeNames=["All"]
                ).get("Messages", [])
            if messages:
                return {"Records": [_record(message, self.url, self.stack) for message in messages]}
        raise LocalError(f"The message did not return to the queue within {CALLS * LONGEST_WAIT_SECONDS} s.")


@contextmanager
def queued_request(stack: Stack, request: Mapping[str, str]) -> Iterator[RequestQueue]:
    """Make a queue with this request, and delete the queue when the context ends."""
    with explained_aws_errors():
        url = stack.queues.create_queue(QueueName=f"connector-invoke-{uuid4().hex}")["QueueUrl"]
    try:
        with explained_aws_errors():
            stack.queues.send_message(QueueUrl=url, MessageBody=json.dumps(request))
        yield RequestQueue(stack, url)
    finally:
        stack.queues.delete_queue(QueueUrl=url)


def _record(message: Any, url: str, stack: Stack) -> dict[str, Any]:  # noqa: ANN401 - SQS's message
    return {
        "messageId": message["MessageId"],
        "receiptHandle": message["ReceiptHandle"],
        "body": message["Body"],
        "attributes": message.get("Attributes", {}),
        "messageAttributes": {},
        "md5OfBody": message["MD5OfBody"],
        "eventSource": "aws:sqs",
        "eventSourceARN": f"arn:aws:sqs:{stack.session.region_name}:000000000000:{url.rpartition('/')[2]}",
        "awsRegion": stack.session.region_name,
    }
