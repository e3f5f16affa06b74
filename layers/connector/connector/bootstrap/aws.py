"""What is kept in AWS: the sessions, the locks, the credentials."""

import time
from dataclasses import dataclass

from connector.aws import clients
from connector.aws.lock import DynamoDBLocks
from connector.aws.vault import Vault
from connector.runtime.settings import read
from connector.sage.credentials import Credentials
from connector.session.store import DynamoDBStore


@dataclass(frozen=True, kw_only=True)
class SessionSettings:
    """Where the authorisation sessions are."""

    authorisations_table: str


@dataclass(frozen=True, kw_only=True)
class LockSettings:
    """Where the locks are."""

    locks_table: str


@dataclass(frozen=True, kw_only=True)
class CredentialsSettings:
    """The secret with the values that Sage and the deployer agreed on."""

    credentials_secret_arn: str


def sessions() -> DynamoDBStore:
    """Return the store of authorisation sessions."""
    return DynamoDBStore(clients.dynamodb(), read(SessionSettings).authorisations_table)


def locks() -> DynamoDBLocks:
    """Return the locks that all functions share."""
    return DynamoDBLocks(clients.dynamodb(), read(LockSettings).locks_table, time.time)


def credentials_vault() -> Vault[Credentials]:
    """Return the credentials for Sage."""
    arn = read(CredentialsSettings).credentials_secret_arn
    return Vault(clients.secretsmanager(), arn, Credentials.parse, time.time)
