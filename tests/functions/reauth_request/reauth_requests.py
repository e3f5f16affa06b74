"""The queue of requests and its function in memory, brought together as SQS does it."""

import json
from typing import Any

import boto3

from local.stack.control import Control
from tests.deployment import REGION, Deployment

QUEUE, DEAD_LETTERS = "ReauthRequestsQueue", "ReauthRequestsDeadLetters"


class RequestsHarness:
    """The queue and its function, as SQS would bring them together."""

    def __init__(self, stack: Deployment, control: Control) -> None:
        self.stack = stack
        self.control = control
        self.table: Any = boto3.resource("dynamodb", region_name=REGION).Table("RequestsTable")
        self._kept: list[str] = []

    def accounts(self, *external_ids: str) -> list[dict[str, str]]:
        """Return the requests for these accounts."""
        found = {account["externalId"]: account for account in self.control.get("/accounts")["accounts"]}
        return [{name: found[wanted][name] for name in ("bankAccountId", "bankId")} for wanted in external_ids]

    def send(self, *bodies: object) -> None:
        for body in bodies:
            text = body if isinstance(body, str) else json.dumps(body)
            self.stack.sqs.send_message(QueueUrl=self.stack.queues[QUEUE], MessageBody=text)

    def deliver(self, seconds: int = 120) -> int:
        """Deliver what is visible, and delete what is dealt with; return how many messages are kept."""
        url = self.stack.queues[QUEUE]
        received = self.stack.sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages", [])
        records = [
            {"messageId": m["MessageId"], "receiptHandle": m["ReceiptHandle"], "body": m["Body"]} for m in received
        ]
        answer = self.stack.invoke("reauth_request", {"Records": records}, seconds)
        kept = {failure["itemIdentifier"] for failure in answer["batchItemFailures"]}
        for message in received:
            if message["MessageId"] not in kept:
                self.stack.sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
        self._kept = [message["ReceiptHandle"] for message in received if message["MessageId"] in kept]
        return len(kept)

    def come_back(self) -> None:
        """Let those that were kept be visible now."""
        for receipt in self._kept:
            self.stack.sqs.change_message_visibility(
                QueueUrl=self.stack.queues[QUEUE], ReceiptHandle=receipt, VisibilityTimeout=0
            )

    def dead_letters(self) -> dict[str, tuple[str, str]]:
        """Return the bodies of the dead letters, with their kind and reason."""
        url = self.stack.queues[DEAD_LETTERS]
        letters = self.stack.sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10, MessageAttributeNames=["All"])
        return {
            letter["Body"]: (
                letter["MessageAttributes"]["Kind"]["StringValue"],
                letter["MessageAttributes"]["Reason"]["StringValue"],
            )
            for letter in letters.get("Messages", [])
        }

    def waiting(self) -> int:
        """Return how many messages could be delivered now."""
        attributes = self.stack.sqs.get_queue_attributes(
            QueueUrl=self.stack.queues[QUEUE], AttributeNames=["ApproximateNumberOfMessages"]
        )["Attributes"]
        return int(attributes["ApproximateNumberOfMessages"])

    def posted(self) -> list[Any]:
        """Return what Banking Service was sent, oldest first."""
        exchanges = self.control.exchanges()
        return [e["request"]["body"] for e in exchanges if (e["method"], e["path"]) == ("POST", "/v1/statements")]

    def status(self, account: dict[str, str]) -> str:
        return str(self.control.get(f"/accounts/{account['bankAccountId']}")["status"])
