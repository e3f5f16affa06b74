"""The authenticator that the deployer chose."""

import time
from dataclasses import dataclass

from connector.authenticators.configuration import AuthenticatorSettings, Configuration
from connector.authenticators.port import Authenticator
from connector.authenticators.registry import load
from connector.authenticators.secret import AuthenticatorSecret, authenticator_values
from connector.aws import clients
from connector.aws.vault import Vault
from connector.runtime.settings import read


@dataclass(frozen=True, kw_only=True)
class AuthenticatorSecretSettings:
    """The secret with the authenticator's values."""

    authenticator_secret_arn: str


def authenticator(settings: AuthenticatorSettings) -> Authenticator:
    """Return the authenticator, which reads its secret only when it needs a value.

    `settings` is an argument because the caller needs the authenticator's time-out too.
    """
    arn = read(AuthenticatorSecretSettings).authenticator_secret_arn
    secret = AuthenticatorSecret(Vault(clients.secretsmanager(), arn, authenticator_values, time.time))
    return load(Configuration(settings, secret))
