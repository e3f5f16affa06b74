"""The secrets that Sage and the bank share with the connector. They are new at each start."""

import secrets
from dataclasses import dataclass, field


def _random() -> str:
    return secrets.token_urlsafe(24)


@dataclass
class Credentials:
    """The values of the connector's credentials secret. The names are the keys of that secret."""

    client_id: str = field(default_factory=lambda: f"provider-{secrets.token_hex(6)}")
    client_secret: str = field(default_factory=_random)
    api_key: str = field(default_factory=_random)
    notification_header_value: str = field(default_factory=_random)
    authenticator_api_key: str = field(default_factory=_random)
    oidc_client_id: str = field(default_factory=lambda: f"connector-{secrets.token_hex(6)}")
    oidc_client_secret: str = field(default_factory=lambda: f"{_random()}+/%3D=&: ~")
    """Its last characters change if a client does not form-encode it (RFC 6749 section 2.3.1)."""

    def rotate_client_secret(self, new_secret: str | None = None) -> str:
        """Replace the client secret. The old secret is invalid from now on."""
        self.client_secret = new_secret or _random()
        return self.client_secret
