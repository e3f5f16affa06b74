"""The authenticator that the deployer chose."""

import time
from collections.abc import Callable
from dataclasses import dataclass

from connector.authenticators.configuration import AuthenticatorSettings, Configuration
from connector.authenticators.port import Authenticator
from connector.authenticators.registry import load
from connector.authenticators.secret import AuthenticatorSecret, Values, authenticator_values, credentials_values
from connector.aws import clients
from connector.aws.vault import Vault
from connector.bootstrap.credentials import CredentialsSettings
from connector.runtime.settings import read


@dataclass(frozen=True, kw_only=True)
class AuthenticatorSecretSettings:
    """The secret with the authenticator's values."""

    authenticator_secret_arn: str


def authenticator(settings: AuthenticatorSettings) -> Authenticator:
    """Return the authenticator, which reads its secrets only when it needs a value.

    `settings` is an argument because the caller needs the authenticator's time-out too.
    """

    def vault(arn: str, parse: Callable[[str], Values]) -> Vault[Values]:
        return Vault(clients.secretsmanager(), arn, parse, time.time)

    return load(
        Configuration(
            settings,
            AuthenticatorSecret(
                vault(read(AuthenticatorSecretSettings).authenticator_secret_arn, authenticator_values),
                vault(read(CredentialsSettings).credentials_secret_arn, credentials_values),
            ),
        )
    )
