"""The settings of the clients of Sage, and of the locks that they need."""

from dataclasses import dataclass


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
class LockSettings:
    """Where the locks are."""

    locks_table: str
