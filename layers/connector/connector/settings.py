"""The deployment's settings, which the template passes as environment variables. None of them is secret."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Self

from connector.web.brand import Brand
from connector.web.redirect import AllowedOrigins


class ConfigurationError(Exception):
    """The deployment lacks something that only its deployer can give. The message says what to do."""


@dataclass(frozen=True, kw_only=True)
class Settings:
    """One attribute for each parameter of template.yaml that the code needs, in its words."""

    authorisations_table: str
    credentials_secret_arn: str
    token_secret_arn: str
    locks_table: str
    provider_api_url: str
    provider_api_audience: str
    sage_id_token_url: str
    sage_id_issuer: str
    sage_id_jwks_url: str
    notification_audience: str
    notification_header_name: str
    notification_grace_milliseconds: int
    redirect_origins: str
    frame_ancestors: str
    authenticator: str
    authenticator_url: str
    authenticator_timeout_seconds: int
    max_attempts: int
    oidc_account_claim: str
    oidc_scopes: str
    oidc_max_age_seconds: int
    session_minutes: int
    failed_status: str
    cancelled_status: str
    public_url: str
    brand_name: str
    brand_logo_url: str
    brand_colour: str
    support_contact: str

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] = os.environ) -> Self:
        """Read the settings. Raise ConfigurationError naming the variable that is missing or not a number."""
        values = _read(cls, environment)
        values["sage_id_jwks_url"] = values["sage_id_jwks_url"] or f"{values['sage_id_issuer']}.well-known/jwks.json"
        return cls(**values)  # type: ignore[arg-type]  # each value was made of its annotation's kind above

    @cached_property
    def allowed_redirects(self) -> AllowedOrigins:
        """Where customers may be sent back to."""
        return AllowedOrigins.parse(self.redirect_origins)

    @cached_property
    def allowed_ancestors(self) -> AllowedOrigins:
        """Which sites may frame the connector's pages."""
        return AllowedOrigins.parse(self.frame_ancestors)

    @property
    def brand(self) -> Brand:
        """How the pages look and whom they name."""
        return Brand(
            name=self.brand_name, logo_url=self.brand_logo_url, colour=self.brand_colour, support=self.support_contact
        )


@dataclass(frozen=True, kw_only=True)
class RequestSettings:
    """What only those functions need that ask for re-authorisations and see that they end well."""

    requests_table: str
    reauth_requests_queue_url: str
    dead_letters_queue_url: str
    reauth_requests_per_second: int
    """Calls to the Provider API, by all who ask together."""
    reauth_requests_concurrency: int
    request_window_minutes: int
    follow_up_seconds: int
    """How long after its statement was posted a request is first looked at again."""
    follow_hours: int
    statement_done: str
    statement_failed: str

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] = os.environ) -> Self:
        """Read the settings. Raise ConfigurationError naming the variable that is missing or not a number."""
        return cls(**_read(cls, environment))  # type: ignore[arg-type]  # each value is of its annotation's kind

    @property
    def each_per_second(self) -> float:
        """What each of those who ask at the same time may do."""
        return self.reauth_requests_per_second / self.reauth_requests_concurrency

    @cached_property
    def done_statuses(self) -> frozenset[str]:
        """The statuses of a statement that took effect, in lower case."""
        return _words(self.statement_done)

    @cached_property
    def failed_statuses(self) -> frozenset[str]:
        """The statuses of a statement that was refused, in lower case."""
        return _words(self.statement_failed)


@dataclass(frozen=True, kw_only=True)
class DeliverySettings:
    """What only the sweep needs."""

    relay_rate_per_second: int

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] = os.environ) -> Self:
        """Read the settings. Raise ConfigurationError naming the variable that is missing or not a number."""
        return cls(**_read(cls, environment))  # type: ignore[arg-type]  # each value is of its annotation's kind


@dataclass(frozen=True, kw_only=True)
class ConfirmationSettings:
    """What only the confirmation needs."""

    confirmations_per_second: int
    confirm_minutes: int
    """How long an account may take to reach `verifyingAuth` or `active`."""

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] = os.environ) -> Self:
        """Read the settings. Raise ConfigurationError naming the variable that is missing or not a number."""
        return cls(**_read(cls, environment))  # type: ignore[arg-type]  # each value is of its annotation's kind


def _read(settings: type, environment: Mapping[str, str]) -> dict[str, str | int]:
    values: dict[str, str | int] = {}
    for name, kind in settings.__annotations__.items():
        text = environment.get(name.upper())
        if text is None:
            raise ConfigurationError(f"{name.upper()} is not set: deploy the function with template.yaml")
        try:
            values[name] = int(text) if kind is int else text.strip()
        except ValueError:
            raise ConfigurationError(f"{name.upper()} is not a whole number") from None
    return values


def _words(text: str) -> frozenset[str]:
    return frozenset(word.strip().casefold() for word in text.split(",") if word.strip())
