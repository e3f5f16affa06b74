import secrets
import time
from hashlib import sha256
from typing import Any


class Refused(Exception):  # noqa: N818 - an answer, not a fault
    """The session does not admit the request."""

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(reason)
        self.status = status
        self.reason = reason


class Sessions:
    """The authorisations table; each change is one conditional write."""

    def __init__(self, client: Any, table: str, minutes: int) -> None:
        self._client = client
        self._table = table
        self._minutes = minutes

    def start(self, authorisation_id: str, bank_id: str | None) -> bool:
        """Store a new session; return whether it is new."""
        expires_at = int(time.time()) + self._minutes * 60
        item = {
            "authorisation_id": {"S": authorisation_id},
            "state": {"S": "notified"},
            "expires_at": {"N": str(expires_at)},
            "purge_at": {"N": str(expires_at + 30 * 24 * 3600)},
        }
        if bank_id:
            item["bank_id"] = {"S": bank_id}
        try:
            self._client.put_item(
                TableName=self._table, Item=item, ConditionExpression="attribute_not_exists(authorisation_id)"
            )
        except self._client.exceptions.ConditionalCheckFailedException:
            return False
        return True

    def open(self, authorisation_id: str, **pinned: str | None) -> str:
        """Claim the session; return its ticket. Raise Refused."""
        ticket = secrets.token_urlsafe(32)
        sets = {name: value for name, value in pinned.items() if value} | {
            "ticket_hash": sha256(ticket.encode()).hexdigest()
        }
        try:
            self._client.update_item(
                TableName=self._table,
                Key={"authorisation_id": {"S": authorisation_id}},
                UpdateExpression="SET #state = :opened, " + ", ".join(f"{name} = :{name}" for name in sets),
                ConditionExpression="#state = :notified AND expires_at > :now",
                ExpressionAttributeNames={"#state": "state"},
                ExpressionAttributeValues={f":{name}": {"S": value} for name, value in sets.items()}
                | {
                    ":opened": {"S": "opened"},
                    ":notified": {"S": "notified"},
                    ":now": {"N": str(int(time.time()))},
                },
                ReturnValuesOnConditionCheckFailure="ALL_OLD",
            )
        except self._client.exceptions.ConditionalCheckFailedException as error:
            if "Item" in error.response:
                raise Refused(410, "This link has been used, or its time is over.") from None
            raise Refused(403, "This link is not known.") from None
        return ticket
