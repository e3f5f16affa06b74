"""The values of the secret that the deployer fills in for the authenticator."""

from collections.abc import Mapping
from dataclasses import dataclass

from connector.aws.vault import Vault, check_printable, read_values
from connector.runtime.settings import ConfigurationError

_KNOWN_KEYS = frozenset({"authenticator_api_key", "oidc_client_id", "oidc_client_secret"})
"""The keys of `steps` and `oidc`."""

type Values = Mapping[str, str]


def authenticator_values(text: str) -> Values:
    """Read the authenticator secret's text: a JSON object with any keys, or nothing.

    Values that are not text are left out. Raise ConfigurationError that quotes no value.
    """
    values = read_values("authenticator", text or "{}")
    check_printable("authenticator", {name: values[name] for name in values.keys() & _KNOWN_KEYS})
    return values


@dataclass(frozen=True, slots=True)
class AuthenticatorSecret:
    """The values of the authenticator secret."""

    vault: Vault[Values]

    def get(self, name: str) -> str:
        """Return a value. Raise ConfigurationError where the secret lacks it, or ServiceUnavailableError."""
        return self.vault.get().get(name) or self.reload(name)

    def reload(self, name: str) -> str:
        """Return a value, for a caller whose value was refused. Raise the same errors as `get`."""
        value = self.vault.reload().get(name)
        if value is None:
            raise ConfigurationError(f"the authenticator secret lacks {name}, or its value is not text")
        return value
