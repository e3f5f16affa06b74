"""The settings of the clients of Sage, and of the locks that they need."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class SageIdSettings:
    """How Sage ID issues tokens. Only the function sage_token has these settings."""

    credentials_secret_arn: str
    sage_id_token_url: str
    provider_api_audience: str


@dataclass(frozen=True, kw_only=True)
class TokenSettings:
    """The secret that keeps the shared Sage ID token."""

    token_secret_arn: str


@dataclass(frozen=True, kw_only=True)
class TokenFunctionSettings:
    """The function that requests a token."""

    sage_token_function: str


@dataclass(frozen=True, kw_only=True)
class ProviderApiSettings:
    """Where the Provider API is, and the secret with its key."""

    provider_api_url: str
    provider_api_secret_arn: str


@dataclass(frozen=True, kw_only=True)
class LockSettings:
    """Where the locks are."""

    locks_table: str
