"""The authorisation sessions."""

from dataclasses import dataclass

from connector.aws import clients
from connector.runtime.settings import read
from connector.session.store import DynamoDBStore


@dataclass(frozen=True, kw_only=True)
class SessionSettings:
    """Where the authorisation sessions are."""

    authorisations_table: str


def sessions() -> DynamoDBStore:
    """Return the store of authorisation sessions."""
    return DynamoDBStore(clients.dynamodb(), read(SessionSettings).authorisations_table)
