"""The provider's systems in the demonstration."""

import json
from typing import Any

from local.stack.aws import Aws


def require_authorisation(aws: Aws, queue_url: str, account: dict[str, Any]) -> None:
    """Request the re-authorisation of an account through the queue."""
    request = {name: account[name] for name in ("bankAccountId", "bankId")}
    aws.queues.send_message(QueueUrl=queue_url, MessageBody=json.dumps(request))
