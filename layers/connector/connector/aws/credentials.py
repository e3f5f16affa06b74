"""What Sage and the deployer agreed on, from the credentials secret."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field, fields
from typing import TYPE_CHECKING, Self

from connector.aws import clients as aws
from connector.aws.errors import ServiceUnavailableError
from connector.settings import ConfigurationError

if TYPE_CHECKING:
    from mypy_boto3_secretsmanager import SecretsManagerClient

_REQUIRED = ("client_id", "client_secret", "api_key", "notification_header_value")


@dataclass(frozen=True, slots=True, kw_only=True)
class Credentials:
    """The secret's JSON. It does not print itself."""

    client_id: str = field(repr=False)
    client_secret: str = field(repr=False)
    api_key: str = field(repr=False)
    notification_header_value: str = field(repr=False)
    notification_header_value_previous: str | None = field(default=None, repr=False)
    authenticator_api_key: str | None = field(default=None, repr=False)
    oidc_client_id: str | None = field(default=None, repr=False)
    oidc_client_secret: str | None = field(default=None, repr=False)

    def needed(self, name: str) -> str:
        """Return a value that only some deployments need. Raise ConfigurationError where this one lacks it."""
        value: str | None = getattr(self, name)
        if value is None:
            raise ConfigurationError(f"the credentials secret lacks {name}: fill it in as the README says")
        return value

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read the secret's value. Raise ConfigurationError that names what is missing, and quotes nothing."""
        try:
            values = json.loads(text)
        except ValueError:
            values = None
        if not isinstance(values, dict):
            raise ConfigurationError("the credentials secret is not a JSON object: fill it in as the README says")
        missing = [name for name in _REQUIRED if not isinstance(values.get(name), str) or not values[name].strip()]
        if missing:
            raise ConfigurationError(
                f"the credentials secret lacks {', '.join(missing)}: fill it in as the README says"
            )
        known = {f.name for f in fields(cls)}
        given = {n: v.strip() for n, v in values.items() if n in known and isinstance(v, str) and v.strip()}
        # They become headers and form fields: a line's end that was pasted along must not make every request fail.
        odd = [name for name, value in given.items() if not (value.isascii() and value.isprintable())]
        if odd:
            raise ConfigurationError(f"{', '.join(odd)} of the credentials secret: only printable ASCII is possible")
        return cls(**given)


class CredentialsVault:
    """The credentials secret, read when first needed and again every few minutes.

    A rotation so needs no deployment. Who finds that a credential is not accepted calls `reload`, which looks at once,
    but not more often than every ten seconds: a stranger's wrong header must not become a call to Secrets Manager.
    """

    FRESH_SECONDS = 300
    RELOAD_SECONDS = 10

    def __init__(self, client: "SecretsManagerClient", secret_arn: str, clock: Callable[[], float]) -> None:
        self._client = client
        self._secret_arn = secret_arn
        self._clock = clock
        self._credentials: Credentials | None = None
        self._read_at = float("-inf")

    def get(self) -> Credentials:
        """Return the credentials. Raise ConfigurationError while the secret is not filled in, or ServiceUnavailableError."""
        if self._credentials is None or self._clock() - self._read_at >= self.FRESH_SECONDS:
            return self._read()
        return self._credentials

    def reload(self) -> Credentials:
        """Return the credentials, read anew unless that was done just now."""
        if self._credentials is None or self._clock() - self._read_at >= self.RELOAD_SECONDS:
            return self._read()
        return self._credentials

    def _read(self) -> Credentials:
        """Read them. Where that fails, those that we have are still the best that we know, for a little longer."""
        self._read_at = self._clock() - self.FRESH_SECONDS + self.RELOAD_SECONDS
        try:
            self._credentials = Credentials.parse(self._text())
        except (ServiceUnavailableError, ConfigurationError):
            if self._credentials is None:
                raise
            return self._credentials
        self._read_at = self._clock()
        return self._credentials

    def _text(self) -> str:
        with aws.service_errors("Secrets Manager"):
            try:
                return self._client.get_secret_value(SecretId=self._secret_arn)["SecretString"]
            except (self._client.exceptions.ResourceNotFoundException, KeyError):
                raise ConfigurationError(
                    "the credentials secret has no value yet: fill it in as the README says"
                ) from None
