"""The queue of requests and its dead letters in SQS."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import batched
from math import ceil
from typing import TYPE_CHECKING

from connector.aws.errors import ServiceUnavailableError, service_errors

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

_BATCH = 10
"""Messages in one call, at most (SQS quota)."""


@dataclass(frozen=True)
class RequestQueue:
    """The queue of requests at `url`, and the queue of dead letters. Each method may raise ServiceUnavailableError."""

    client: "SQSClient"
    url: str
    dead_letters_url: str

    @service_errors("SQS")
    def delay(self, receipt: str, seconds: float) -> None:
        """Let SQS deliver a received message again after `seconds`, rounded up and at least 1."""
        self.client.change_message_visibility(
            QueueUrl=self.url, ReceiptHandle=receipt, VisibilityTimeout=max(ceil(seconds), 1)
        )

    @service_errors("SQS")
    def send(self, requests: Iterable[object]) -> None:
        """Send each request as a message of its own. Some may be sent where this raises."""
        for batch in batched(requests, _BATCH, strict=False):
            entries = [{"Id": str(n), "MessageBody": json.dumps(request)} for n, request in enumerate(batch)]
            response = self.client.send_message_batch(QueueUrl=self.url, Entries=entries)  # type: ignore[arg-type]  # the stubs want their own TypedDict
            if failed := response.get("Failed"):
                raise ServiceUnavailableError(f"SQS: {len(failed)} messages not taken: {failed[0]['Code']}")

    @service_errors("SQS")
    def send_dead_letter(self, body: str, kind: str, reason: str) -> None:
        """Send a message to the dead letters, with kind and reason as its attributes: SQS's own redrive keeps none.

        The body is unchanged, so that the message can be sent again.
        """
        texts = {"Kind": kind, "Reason": reason or "no reason was given"}
        attributes = {name: {"DataType": "String", "StringValue": text} for name, text in texts.items()}
        self.client.send_message(
            QueueUrl=self.dead_letters_url,
            MessageBody=body,
            MessageAttributes=attributes,  # type: ignore[arg-type]  # the stubs want their own TypedDict
        )
