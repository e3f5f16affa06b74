"""The argument of an authenticator's constructor: the deployer's settings and secret."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from connector.authenticators.secret import AuthenticatorSecret


@dataclass(frozen=True, kw_only=True)
class AuthenticatorSettings:
    """The template's parameters about the authenticator, in their words."""

    authenticator: str
    authenticator_url: str
    authenticator_timeout_seconds: int
    authenticator_settings: Mapping[str, object]
    """The parameter AuthenticatorSettings: only an authenticator of the provider's own reads it."""
    oidc_account_claim: str
    oidc_scopes: str
    oidc_max_age_seconds: int


@dataclass(frozen=True, slots=True)
class Configuration:
    """The one argument of an authenticator's constructor."""

    settings: AuthenticatorSettings
    secret: "AuthenticatorSecret"
    """`secret.get("name")` returns a value of the output AuthenticatorSecretArn's secret."""
