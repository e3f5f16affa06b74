"""The credentials for Sage."""

import time
from dataclasses import dataclass

from connector.aws import clients
from connector.aws.vault import Vault
from connector.runtime.settings import read
from connector.sage.credentials import Credentials


@dataclass(frozen=True, kw_only=True)
class CredentialsSettings:
    """The secret with the values that Sage and the deployer agreed on."""

    credentials_secret_arn: str


def credentials_vault() -> Vault[Credentials]:
    """Return the credentials for Sage, read when they are first needed."""
    arn = read(CredentialsSettings).credentials_secret_arn
    return Vault(clients.secretsmanager(), arn, Credentials.parse, time.time)
