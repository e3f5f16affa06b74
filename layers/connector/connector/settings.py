"""The deployment's settings, which the template passes as environment variables. None of them is secret."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Self

from connector.appearance import Appearance
from connector.redirect import AllowedOrigins


class ConfigurationError(Exception):
    """The deployment lacks something that only its deployer can give. The message says what to do."""


@dataclass(frozen=True, kw_only=True)
class Settings:
    """One attribute for each parameter of template.yaml that the code needs, in its words."""

    authorisations_table: str
    credentials_secret_arn: str
    token_secret_arn: str
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
        values: dict[str, str | int] = {}
        for name, kind in cls.__annotations__.items():
            text = environment.get(name.upper())
            if text is None:
                raise ConfigurationError(f"{name.upper()} is not set: deploy the function with template.yaml")
            try:
                values[name] = int(text) if kind is int else text.strip()
            except ValueError:
                raise ConfigurationError(f"{name.upper()} is not a whole number") from None
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
    def appearance(self) -> Appearance:
        """How the pages look and whom they name."""
        return Appearance(
            name=self.brand_name, logo_url=self.brand_logo_url, colour=self.brand_colour, support=self.support_contact
        )
