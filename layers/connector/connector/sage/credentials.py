"""The credentials for Sage, in the secret that the deployer fills in."""

from dataclasses import dataclass, field, fields
from typing import Self

from connector.aws.vault import check_printable, read_values
from connector.runtime.settings import ConfigurationError

_REQUIRED = ("client_id", "client_secret", "api_key", "notification_header_value")


@dataclass(frozen=True, slots=True, kw_only=True)
class Credentials:
    """The credentials secret: a JSON object. Its repr has no value of it."""

    client_id: str = field(repr=False)
    client_secret: str = field(repr=False)
    api_key: str = field(repr=False)
    notification_header_value: str = field(repr=False)
    notification_header_value_previous: str | None = field(default=None, repr=False)

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read the secret's text; unknown keys are ignored.

        Raise ConfigurationError that names the keys that are missing, and quotes no value.
        """
        values = read_values("credentials", text)
        missing = [name for name in _REQUIRED if name not in values]
        if missing:
            raise ConfigurationError(
                f"the credentials secret lacks {', '.join(missing)}: fill it in as the README says"
            )
        known = {name: values[name] for name in values.keys() & {f.name for f in fields(cls)}}
        check_printable("credentials", known)
        return cls(**known)
