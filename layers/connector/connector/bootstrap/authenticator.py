"""The authenticator that the deployer chose."""

import time

from connector.authenticators.configuration import AuthenticatorSettings, Configuration
from connector.authenticators.port import Authenticator
from connector.authenticators.registry import load
from connector.aws import clients
from connector.aws.credentials import AuthenticatorSecret, Credentials, Vault, authenticator_values
from connector.runtime.settings import read
from connector.settings import AuthenticatorSecretSettings


def authenticator(settings: AuthenticatorSettings, credentials: Vault[Credentials]) -> Authenticator:
    """Return the authenticator, which reads its secret only when it needs a value."""
    arn = read(AuthenticatorSecretSettings).authenticator_secret_arn
    own = Vault(clients.secretsmanager(), arn, authenticator_values, time.time)
    return load(Configuration(settings, AuthenticatorSecret(own, credentials)))
