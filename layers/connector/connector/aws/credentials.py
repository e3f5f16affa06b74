"""The two secrets that the deployer fills: the credentials for Sage, and the authenticator's own values."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from typing import TYPE_CHECKING, Self

from connector.aws.errors import ServiceUnavailableError, service_errors
from connector.runtime.settings import ConfigurationError

if TYPE_CHECKING:
    from mypy_boto3_secretsmanager import SecretsManagerClient

_REQUIRED = ("client_id", "client_secret", "api_key", "notification_header_value")
_KNOWN_KEYS = frozenset({"authenticator_api_key", "oidc_client_id", "oidc_client_secret"})
"""What `steps` and `oidc` read. Older deployments have these keys in the credentials secret."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Credentials:
    """The credentials secret: a JSON object. Its repr has no value of it."""

    client_id: str = field(repr=False)
    client_secret: str = field(repr=False)
    api_key: str = field(repr=False)
    notification_header_value: str = field(repr=False)
    notification_header_value_previous: str | None = field(default=None, repr=False)
    authenticator_api_key: str | None = field(default=None, repr=False)
    oidc_client_id: str | None = field(default=None, repr=False)
    oidc_client_secret: str | None = field(default=None, repr=False)

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read the secret's text; unknown keys are ignored.

        Raise ConfigurationError that names the keys that are missing, and quotes no value.
        """
        values = _texts("credentials", text)
        missing = [name for name in _REQUIRED if name not in values]
        if missing:
            raise ConfigurationError(
                f"the credentials secret lacks {', '.join(missing)}: fill it in as the README says"
            )
        known = {name: values[name] for name in values.keys() & {f.name for f in fields(cls)}}
        _check_printable("credentials", known)
        return cls(**known)


def authenticator_values(text: str) -> Mapping[str, str]:
    """Read the authenticator secret's text: a JSON object with any keys, or nothing.

    Values that are not text are left out. Raise ConfigurationError that quotes no value.
    """
    values = _texts("authenticator", text or "{}")
    _check_printable("authenticator", {name: values[name] for name in values.keys() & _KNOWN_KEYS})
    return values


def _texts(secret: str, text: str) -> dict[str, str]:
    """Return the values that are text, without white space around them, and not empty."""
    if not text:
        raise ConfigurationError(f"the {secret} secret has no value yet: fill it in as the README says")
    try:
        values = json.loads(text)
    except ValueError:
        values = None
    if not isinstance(values, dict):
        raise ConfigurationError(f"the {secret} secret is not a JSON object: fill it in as the README says")
    return {name: value.strip() for name, value in values.items() if isinstance(value, str) and value.strip()}


def _check_printable(secret: str, values: Mapping[str, str]) -> None:
    """Raise ConfigurationError for values that cannot be sent in a header or a form field."""
    odd = sorted(name for name, value in values.items() if not (value.isascii() and value.isprintable()))
    if odd:
        raise ConfigurationError(f"{', '.join(odd)} of the {secret} secret: only printable ASCII is possible")


class Vault[Values]:
    """One secret, read when its values are first needed, and again every few minutes: a rotation needs no deployment.

    A caller whose value was refused calls `reload`. Once there are values, the secret is read at most every ten
    seconds, also after a failed read: a stranger's wrong headers do not become calls to Secrets Manager.
    """

    FRESH_SECONDS = 300
    RELOAD_SECONDS = 10

    def __init__(
        self,
        client: "SecretsManagerClient",
        secret_arn: str,
        parse: Callable[[str], Values],
        clock: Callable[[], float],
    ) -> None:
        """`parse` reads the secret's text, which is empty while the secret has no value."""
        self._client = client
        self._secret_arn = secret_arn
        self._parse = parse
        self._clock = clock
        self._values: Values | None = None
        self._read_at = self._tried_at = float("-inf")

    def get(self) -> Values:
        """Return the values. Raise ConfigurationError while the secret is not filled in, or ServiceUnavailableError."""
        return self._read(self.FRESH_SECONDS)

    def reload(self) -> Values:
        """Return the values, read again unless that was done in the last seconds. Raise the same errors as `get`."""
        return self._read(0)

    def _read(self, fresh_seconds: float) -> Values:
        """Return the values, at most so old. After a failed read the former values remain in use."""
        now = self._clock()
        fresh = now - self._read_at < fresh_seconds or now - self._tried_at < self.RELOAD_SECONDS
        if self._values is not None and fresh:
            return self._values
        self._tried_at = now
        try:
            self._values = self._parse(self._text())
            self._read_at = now
        except (ServiceUnavailableError, ConfigurationError):
            if self._values is None:
                raise
        return self._values

    def _text(self) -> str:
        with service_errors("Secrets Manager"):
            try:
                return self._client.get_secret_value(SecretId=self._secret_arn)["SecretString"]
            except (self._client.exceptions.ResourceNotFoundException, KeyError):
                return ""


@dataclass(frozen=True, slots=True)
class AuthenticatorSecret:
    """The values of the authenticator secret; where it lacks one that the credentials secret has, that one."""

    own: Vault[Mapping[str, str]]
    credentials: Vault[Credentials]

    def get(self, name: str) -> str:
        """Return a value. Raise ConfigurationError where neither secret has it, or ServiceUnavailableError."""
        return self._find(name, self.own.get(), self.credentials.get) or self.reload(name)

    def reload(self, name: str) -> str:
        """Return a value, for a caller whose value was refused. Raise the same errors as `get`."""
        value = self._find(name, self.own.reload(), self.credentials.reload)
        if value is None:
            raise ConfigurationError(f"the authenticator secret lacks {name}, or its value is not text")
        return value

    @staticmethod
    def _find(name: str, own: Mapping[str, str], credentials: Callable[[], Credentials]) -> str | None:
        if name in own or name not in _KNOWN_KEYS:
            return own.get(name)
        value: str | None = getattr(credentials(), name)
        return value


def retry_refused[Value, Result](
    value: Value, reload: Callable[[], Value], use: Callable[[Value], Result], refused: Callable[[Result], bool]
) -> Result:
    """Use a credential. Where it is refused and `reload` returns another, use that one, once.

    A credential may have been rotated since it was read. Raise whatever `reload` and `use` raise.
    """
    result = use(value)
    if refused(result) and (current := reload()) != value:
        result = use(current)
    return result
