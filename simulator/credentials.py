"""Secrets that Sage, the bank and the connector share; new at each start."""

import secrets
from dataclasses import dataclass, field


def _random() -> str:
    return secrets.token_urlsafe(24)


@dataclass
class Credentials:
    """The values of the connector's credentials secret, by its own key names."""

    client_id: str = field(default_factory=lambda: f"provider-{secrets.token_hex(6)}")
    client_secret: str = field(default_factory=_random)
    api_key: str = field(default_factory=_random)
    notification_header_value: str = field(default_factory=_random)
    authenticator_api_key: str = field(default_factory=_random)
    oidc_client_id: str = field(default_factory=lambda: f"connector-{secrets.token_hex(6)}")
    oidc_client_secret: str = field(default_factory=_random)

    def rotate_client_secret(self, wanted: str | None = None) -> str:
        """Replace the client secret; the old one stops working at once."""
        self.client_secret = wanted or _random()
        return self.client_secret
