import secrets
import time
from functools import cache
from hashlib import sha256
from http import HTTPStatus
from typing import Any

import boto3
from boto3.dynamodb.conditions import Attr
from botocore.exceptions import ClientError

from environment import environment
from observability import tracer


class RefusedError(Exception):
    """The session does not admit the request."""

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(reason)
        self.status = status
        self.reason = reason


@cache
def _table() -> Any:
    return boto3.resource("dynamodb").Table(environment().AUTHORISATIONS_TABLE)


@tracer.capture_method(capture_response=False)
def start_session(authorisation_id: str, bank_id: str | None) -> bool:
    """Store a new session; return whether it is new."""
    expires_at = int(time.time()) + environment().SESSION_MINUTES * 60
    item = {
        "authorisation_id": authorisation_id,
        "state": "notified",
        "expires_at": expires_at,
        "purge_at": expires_at + 30 * 24 * 3600,
    }
    if bank_id:
        item["bank_id"] = bank_id
    try:
        _table().put_item(Item=item, ConditionExpression=Attr("authorisation_id").not_exists())
    except ClientError as error:
        if error.response["Error"]["Code"] != "ConditionalCheckFailedException":
            raise
        return False
    return True


@tracer.capture_method(capture_response=False)
def claim_session(authorisation_id: str, **pinned: str | None) -> str:
    """Claim the session for its first caller; return its ticket. Raise RefusedError."""
    ticket = secrets.token_urlsafe(32)
    sets = {name: value for name, value in pinned.items() if value}
    sets["ticket_hash"] = sha256(ticket.encode()).hexdigest()
    try:
        _table().update_item(
            Key={"authorisation_id": authorisation_id},
            UpdateExpression="SET #state = :opened, " + ", ".join(f"{name} = :{name}" for name in sets),
            ConditionExpression=Attr("state").eq("notified") & Attr("expires_at").gt(int(time.time())),
            ExpressionAttributeNames={"#state": "state"},
            ExpressionAttributeValues={f":{name}": value for name, value in sets.items()} | {":opened": "opened"},
            ReturnValuesOnConditionCheckFailure="ALL_OLD",
        )
    except ClientError as error:
        if error.response["Error"]["Code"] != "ConditionalCheckFailedException":
            raise
        if "Item" in error.response:
            raise RefusedError(HTTPStatus.GONE, "This link has been used, or its time is over.") from None
        raise RefusedError(HTTPStatus.FORBIDDEN, "This link is not known.") from None
    return ticket
