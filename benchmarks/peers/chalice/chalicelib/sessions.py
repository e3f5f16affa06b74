import os
import secrets
import time
from functools import cache
from hashlib import sha256
from typing import Any

import boto3


class RefusedError(Exception):
    """The session does not admit the request."""

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(reason)
        self.status = status
        self.reason = reason


@cache
def _dynamodb() -> Any:
    return boto3.client("dynamodb")


def start_session(authorisation_id: str, bank_id: str | None) -> bool:
    """Store a new session; return whether it is new."""
    expires_at = int(time.time()) + int(os.environ["SESSION_MINUTES"]) * 60
    item = {
        "authorisation_id": {"S": authorisation_id},
        "state": {"S": "notified"},
        "expires_at": {"N": str(expires_at)},
        "purge_at": {"N": str(expires_at + 30 * 24 * 3600)},
    }
    if bank_id:
        item["bank_id"] = {"S": bank_id}
    try:
        _dynamodb().put_item(
            TableName=os.environ["AUTHORISATIONS_TABLE"],
            Item=item,
            ConditionExpression="attribute_not_exists(authorisation_id)",
        )
    except _dynamodb().exceptions.ConditionalCheckFailedException:
        return False
    return True


def claim_session(authorisation_id: str, **pinned: str | None) -> str:
    """Claim the session for its first caller; return its ticket. Raise RefusedError."""
    ticket = secrets.token_urlsafe(32)
    sets = {name: value for name, value in pinned.items() if value}
    sets["ticket_hash"] = sha256(ticket.encode()).hexdigest()
    try:
        _dynamodb().update_item(
            TableName=os.environ["AUTHORISATIONS_TABLE"],
            Key={"authorisation_id": {"S": authorisation_id}},
            UpdateExpression="SET #state = :opened, " + ", ".join(f"{name} = :{name}" for name in sets),
            ConditionExpression="#state = :notified AND expires_at > :now",
            ExpressionAttributeNames={"#state": "state"},
            ExpressionAttributeValues={f":{name}": {"S": value} for name, value in sets.items()}
            | {":opened": {"S": "opened"}, ":notified": {"S": "notified"}, ":now": {"N": str(int(time.time()))}},
            ReturnValuesOnConditionCheckFailure="ALL_OLD",
        )
    except _dynamodb().exceptions.ConditionalCheckFailedException as error:
        if "Item" in error.response:
            raise RefusedError(410, "This link has been used, or its time is over.") from None
        raise RefusedError(403, "This link is not known.") from None
    return ticket
