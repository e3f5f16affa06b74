"""The store of the shared token: Secrets Manager, because the token gives the same access as the client secret."""

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from connector.aws.errors import service_errors
from connector.sage.tokens import Token

if TYPE_CHECKING:
    from mypy_boto3_secretsmanager import SecretsManagerClient


@dataclass(frozen=True, slots=True)
class SecretTokenStore:
    """The shared token in Secrets Manager."""

    client: "SecretsManagerClient"
    secret_arn: str

    def read(self) -> Token | None:
        """Return the shared token; None without one that can be read. Raise ServiceUnavailableError."""
        with service_errors("Secrets Manager"):
            try:
                kept = json.loads(self.client.get_secret_value(SecretId=self.secret_arn)["SecretString"])
                return Token(
                    kept["access_token"],
                    int(kept["expires_at"]),
                    obtained_at=int(kept["obtained_at"]),
                    replacement=bool(kept["replacement"]),
                )
            except (self.client.exceptions.ResourceNotFoundException, KeyError, TypeError, ValueError):
                return None

    def write(self, token: Token) -> None:
        """Store a token for all. Raise ServiceUnavailableError."""
        kept = {
            "access_token": token.value,
            "expires_at": token.expires_at,
            "obtained_at": token.obtained_at,
            "replacement": token.replacement,
        }
        with service_errors("Secrets Manager"):
            self.client.put_secret_value(SecretId=self.secret_arn, SecretString=json.dumps(kept))
