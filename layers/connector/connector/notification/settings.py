"""The settings of notifications."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class NotificationSettings:
    """How notifications are verified, and how long a session lives."""

    notification_secret_arn: str
    notification_header_name: str
    notification_audience: str
    notification_client: str
    sage_id_issuer: str
    sage_id_jwks_url: str
    session_minutes: int

    @property
    def jwks_url(self) -> str:
        """The address of Sage ID's public keys."""
        return self.sage_id_jwks_url or f"{self.sage_id_issuer}.well-known/jwks.json"
