"""The queue of requests: process each message as far as possible now, and name those that SQS must keep."""

import time
from collections.abc import Mapping
from typing import Any

from connector.accounts.repository import is_disconnected
from connector.aws import clients as aws
from connector.bootstrap.accounts import accounts
from connector.bootstrap.sage import provider_api
from connector.bootstrap.sessions import sessions
from connector.bootstrap.shared_rate import shared_turn
from connector.reauth_requests.process_messages import Message, MessageRetryError, ProcessMessages
from connector.reauth_requests.process_request import ProcessRequest
from connector.reauth_requests.queue import RequestQueue
from connector.reauth_requests.repository import DynamoDBRequestRepository
from connector.reauth_requests.settings import RequestSettings
from connector.runtime.invocation import Context, Invocation
from connector.runtime.observability import logger
from connector.runtime.settings import read

settings = read(RequestSettings)
invocation = Invocation()
known_accounts = accounts()
queue = RequestQueue(aws.sqs(), settings.reauth_requests_queue_url, settings.dead_letters_queue_url)

process_request = ProcessRequest(
    DynamoDBRequestRepository(aws.dynamodb(), settings.requests_table),
    provider_api(shared_turn(sessions())),
    settings,
    time.time,
    lambda bank_account_id: is_disconnected(known_accounts.find(bank_account_id)),
)


def handler(event: dict[str, Any], context: Context) -> dict[str, Any]:
    """Answer SQS's event with the messages that SQS must deliver again (`ReportBatchItemFailures`)."""
    invocation.begin(context)
    batch = ProcessMessages(queue, process_request, invocation.seconds_left)
    kept = [record["messageId"] for record in event["Records"] if not _taken(batch, record)]
    return {"batchItemFailures": [{"itemIdentifier": message_id} for message_id in kept]}


def _taken(batch: ProcessMessages, record: Mapping[str, str]) -> bool:
    """Process a message as far as possible now; tell whether SQS may delete it."""
    message_id = record["messageId"]
    try:
        batch.take(Message(message_id, record["receiptHandle"], record["body"]))
    except MessageRetryError as retry:
        logger.info("request is retried", extra={"message_id": message_id, "reason": str(retry)})
        return False
    except Exception:  # noqa: BLE001 - SQS delivers it again after its visibility time-out; the others are processed
        logger.exception("request failed", extra={"message_id": message_id})
        return False
    return True
