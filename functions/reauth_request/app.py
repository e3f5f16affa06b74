"""The queue of requests: process each message as far as possible now, and name those that SQS must keep."""

import time
from typing import Any

from aws_lambda_powertools.utilities.batch import BatchProcessor, EventType, process_partial_response
from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord
from aws_lambda_powertools.utilities.typing import LambdaContext

from connector.aws import clients as aws
from connector.bootstrap.aws import credentials_vault
from connector.bootstrap.sage import provider_api
from connector.reauth_requests.process_messages import Message, MessageRetryError, ProcessMessages
from connector.reauth_requests.process_request import ProcessRequest
from connector.reauth_requests.queue import RequestQueue
from connector.reauth_requests.repository import DynamoDBRequestRepository
from connector.reauth_requests.settings import RequestSettings
from connector.runtime.invocation import Invocation
from connector.runtime.observability import logger, metrics
from connector.runtime.settings import read

settings = read(RequestSettings)
invocation = Invocation()
queue = RequestQueue(aws.sqs(), settings.reauth_requests_queue_url, settings.dead_letters_queue_url)
process_request = ProcessRequest(
    DynamoDBRequestRepository(aws.dynamodb(), settings.requests_table),
    provider_api(credentials_vault(), per_second=settings.each_per_second),
    settings,
    time.time,
)


@logger.inject_lambda_context
@metrics.log_metrics
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Answer SQS's event with the messages that SQS must deliver again."""
    invocation.begin(context)
    batch = ProcessMessages(queue, process_request, invocation.seconds_left)

    def take(record: SQSRecord) -> None:
        try:
            batch.take(Message(record.message_id, record.receipt_handle, record.body))
        except MessageRetryError as retry:
            logger.info("request is retried", extra={"message_id": record.message_id, "reason": str(retry)})
            raise
        except Exception:
            # SQS delivers it again after its visibility time-out; the other messages are processed.
            logger.exception("request failed", extra={"message_id": record.message_id})
            raise

    processor = BatchProcessor(event_type=EventType.SQS, raise_on_entire_batch_failure=False)
    return dict(process_partial_response(event, take, processor, context))
