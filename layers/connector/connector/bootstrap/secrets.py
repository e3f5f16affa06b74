"""The secrets that the deployer fills in, each read when its values are first needed."""

import time
from functools import partial
from typing import TYPE_CHECKING

from connector.aws import clients
from connector.aws.vault import Vault, read_secret

if TYPE_CHECKING:
    from _typeshed import DataclassInstance


def vault[Values: DataclassInstance](kind: type[Values], secret: str, arn: str) -> Vault[Values]:
    """Return the secret's values as `kind`. Errors call it `secret`."""
    return Vault(clients.secretsmanager(), arn, partial(read_secret, kind, secret), time.time)
