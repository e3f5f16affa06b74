"""The provider's own systems, as far as the demo needs them."""

import json
from typing import Any

from local.stack.aws import Aws


def require_authorisation(aws: Aws, queue_url: str, account: dict[str, Any]) -> None:
    """Ask for a re-authorisation of an account that lost its authorisation, as the provider's systems do."""
    request = {name: account[name] for name in ("bankAccountId", "bankId")}
    aws.queues.send_message(QueueUrl=queue_url, MessageBody=json.dumps(request))
