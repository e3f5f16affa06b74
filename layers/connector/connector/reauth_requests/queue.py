"""The queues of requests: what is put back, spread out, or laid aside for a person."""

import json
from collections.abc import Iterable
from itertools import batched
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

_MOST = 10
"""Messages in one call (SQS quota)."""


class RequestQueue:
    """The queue of requests and, beside it, the dead letters."""

    def __init__(self, client: "SQSClient", url: str, dead_letters_url: str) -> None:
        self._client = client
        self._url = url
        self._dead_letters_url = dead_letters_url

    def delay(self, receipt: str, seconds: float) -> None:
        """Let a message that was received come again after that time."""
        self._client.change_message_visibility(
            QueueUrl=self._url, ReceiptHandle=receipt, VisibilityTimeout=max(int(seconds + 0.999), 1)
        )

    def ask(self, requests: Iterable[object]) -> int:
        """Send each request as a message of its own; return how many. Raise RuntimeError where one was not taken."""
        sent = 0
        for batch in batched(requests, _MOST, strict=False):
            entries = [{"Id": str(n), "MessageBody": json.dumps(request)} for n, request in enumerate(batch)]
            answer = self._client.send_message_batch(QueueUrl=self._url, Entries=entries)  # type: ignore[arg-type]  # the stubs want their own TypedDict
            if failed := answer.get("Failed"):
                raise RuntimeError(f"SQS did not take {len(failed)} of {len(entries)} messages: {failed[0]['Code']}")
            sent += len(entries)
        return sent

    def send_dead_letter(self, body: str, kind: str, reason: str) -> None:
        """Put what cannot be done among the dead letters, as it was asked, with the reason beside it.

        A redrive of SQS's own keeps no reason. The body stays the request's, so that it can be sent again as it is.
        """
        attributes = {name: {"DataType": "String", "StringValue": text} for name, text in _words(kind, reason)}
        self._client.send_message(
            QueueUrl=self._dead_letters_url,
            MessageBody=body,
            MessageAttributes=attributes,  # type: ignore[arg-type]  # the stubs want their own TypedDict
        )


def _words(kind: str, reason: str) -> tuple[tuple[str, str], ...]:
    return (("Kind", kind), ("Reason", reason or "no reason was given"))
