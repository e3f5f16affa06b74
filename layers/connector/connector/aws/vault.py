"""A secret that the deployer fills in, and the retry of a caller whose credential was refused."""

import json
from collections.abc import Callable, Mapping
from dataclasses import MISSING, fields
from typing import TYPE_CHECKING

from connector.aws.errors import ServiceUnavailableError, service_errors
from connector.runtime.settings import ConfigurationError

if TYPE_CHECKING:
    from _typeshed import DataclassInstance
    from mypy_boto3_secretsmanager import SecretsManagerClient


def read_secret[Values: DataclassInstance](kind: type[Values], secret: str, text: str) -> Values:
    """Read the text of a secret into `kind`, whose fields are texts; keys that are no field are ignored.

    Raise ConfigurationError that names the `secret` and the keys that are missing, and quotes no value.
    """
    values = read_values(secret, text)
    missing = [f.name for f in fields(kind) if f.default is MISSING and f.name not in values]
    if missing:
        raise ConfigurationError(f"the {secret} secret lacks {', '.join(missing)}: fill it in as the README says")
    known = {f.name: values[f.name] for f in fields(kind) if f.name in values}
    check_printable(secret, known)
    return kind(**known)


def read_values(secret: str, text: str) -> dict[str, str]:
    """Read a secret's text, a JSON object. Return its non-empty texts, stripped of white space.

    Raise ConfigurationError that names the `secret` and quotes no value.
    """
    if not text:
        raise ConfigurationError(f"the {secret} secret has no value yet: fill it in as the README says")
    try:
        values = json.loads(text)
    except ValueError:
        values = None
    if not isinstance(values, dict):
        raise ConfigurationError(f"the {secret} secret is not a JSON object: fill it in as the README says")
    return {name: value.strip() for name, value in values.items() if isinstance(value, str) and value.strip()}


def check_printable(secret: str, values: Mapping[str, str]) -> None:
    """Raise ConfigurationError for values that cannot be sent in a header or a form field."""
    odd = sorted(name for name, value in values.items() if not (value.isascii() and value.isprintable()))
    if odd:
        raise ConfigurationError(f"{', '.join(odd)} of the {secret} secret: only printable ASCII is possible")


class Vault[Values]:
    """One secret, read when its values are first needed, and again every few minutes: a rotation needs no deployment.

    A caller whose value was refused calls `reload`. Once there are values, the secret is read at most every ten
    seconds, also after a failed read: a stranger's wrong headers do not become calls to Secrets Manager. After failed
    reads the former values remain in use for MAX_AGE_SECONDS: emptying the secret withdraws a value that leaked.
    """

    FRESH_SECONDS = 300
    RELOAD_SECONDS = 10
    MAX_AGE_SECONDS = 3600

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
        """Return the values, at most so old; after a failed read, at most MAX_AGE_SECONDS old."""
        now = self._clock()
        fresh = now - self._read_at < fresh_seconds or now - self._tried_at < self.RELOAD_SECONDS
        if self._values is not None and fresh:
            return self._values
        self._tried_at = now
        try:
            self._values = self._parse(self._text())
            self._read_at = now
        except (ServiceUnavailableError, ConfigurationError):
            if now - self._read_at >= self.MAX_AGE_SECONDS:
                self._values = None
            if self._values is None:
                raise
        return self._values

    def _text(self) -> str:
        with service_errors("Secrets Manager"):
            try:
                return self._client.get_secret_value(SecretId=self._secret_arn)["SecretString"]
            except (self._client.exceptions.ResourceNotFoundException, KeyError):
                return ""


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
