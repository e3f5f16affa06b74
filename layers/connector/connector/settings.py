"""The settings that the functions and `bootstrap` read. Settings that a capability reads are declared in its folder."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class SessionSettings:
    """Where the authorisation sessions are."""

    authorisations_table: str


@dataclass(frozen=True, kw_only=True)
class LockSettings:
    """Where the locks are."""

    locks_table: str


@dataclass(frozen=True, kw_only=True)
class CredentialsSettings:
    """The secret with the values that Sage and the deployer agreed on."""

    credentials_secret_arn: str


@dataclass(frozen=True, kw_only=True)
class AuthenticatorSecretSettings:
    """The secret with the authenticator's values."""

    authenticator_secret_arn: str


@dataclass(frozen=True, kw_only=True)
class TokenSettings:
    """How the shared Sage ID token is obtained, and the secret that keeps it."""

    sage_id_token_url: str
    provider_api_audience: str
    token_secret_arn: str


@dataclass(frozen=True, kw_only=True)
class ProviderApiSettings:
    """Where the Provider API is."""

    provider_api_url: str


@dataclass(frozen=True, kw_only=True)
class NotificationSettings:
    """How notifications are verified, and how long a session lives."""

    notification_header_name: str
    notification_audience: str
    sage_id_issuer: str
    sage_id_jwks_url: str
    session_minutes: int

    @property
    def jwks_url(self) -> str:
        """The address of Sage ID's public keys."""
        return self.sage_id_jwks_url or f"{self.sage_id_issuer}.well-known/jwks.json"


@dataclass(frozen=True, kw_only=True)
class StartSettings:
    """How long GET /authrefresh waits for a notification that has not arrived yet."""

    notification_grace_milliseconds: int


@dataclass(frozen=True, kw_only=True)
class CompletionSettings:
    """How often a customer may try, and which statuses Banking Service is sent."""

    max_attempts: int
    failed_status: str
    cancelled_status: str


@dataclass(frozen=True, kw_only=True)
class DeliverySettings:
    """At which rate the relay delivers."""

    relay_rate_per_second: int


@dataclass(frozen=True, kw_only=True)
class ConfirmationSettings:
    """At which rate accounts are confirmed, and for how long."""

    confirmations_per_second: int
    confirm_minutes: int
    """How long an account may take to reach `verifyingAuth` or `active`, in minutes."""
