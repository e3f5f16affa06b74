"""The values of the secret that the deployer fills in for the authenticator."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from connector.aws.vault import Vault, check_printable, read_values
from connector.runtime.settings import ConfigurationError

_KNOWN_KEYS = frozenset({"authenticator_api_key", "oidc_client_id", "oidc_client_secret"})
"""The keys of `steps` and `oidc`. A stack of 0.1.0 has them in the credentials secret (docs/decisions/0067)."""

type Values = Mapping[str, str]


def authenticator_values(text: str) -> Values:
    """Read the authenticator secret's text: a JSON object with any keys, or nothing.

    Values that are not text are left out. Raise ConfigurationError that quotes no value.
    """
    values = read_values("authenticator", text or "{}")
    check_printable("authenticator", _known(values))
    return values


def credentials_values(text: str) -> Values:
    """Read the keys of `steps` and `oidc` from the credentials secret's text. Raise ConfigurationError likewise."""
    values = _known(read_values("credentials", text))
    check_printable("credentials", values)
    return values


def _known(values: Values) -> Values:
    return {name: values[name] for name in values.keys() & _KNOWN_KEYS}


@dataclass(frozen=True, slots=True)
class AuthenticatorSecret:
    """The values of the authenticator secret, else those of the credentials secret."""

    own: Vault[Values]
    credentials: Vault[Values]

    def get(self, name: str) -> str:
        """Return a value. Raise ConfigurationError where neither secret has it, or ServiceUnavailableError."""
        return self._find(name, Vault.get) or self.reload(name)

    def reload(self, name: str) -> str:
        """Return a value, for a caller whose value was refused. Raise the same errors as `get`."""
        value = self._find(name, Vault.reload)
        if value is None:
            raise ConfigurationError(f"the authenticator secret lacks {name}, or its value is not text")
        return value

    def _find(self, name: str, read: Callable[[Vault[Values]], Values]) -> str | None:
        own = read(self.own).get(name)
        return read(self.credentials).get(name) if own is None and name in _KNOWN_KEYS else own
