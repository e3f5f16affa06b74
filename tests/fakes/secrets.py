"""Secrets Manager with one secret, in memory."""

import json
from typing import Any

from botocore.exceptions import ClientError

SECRET = {"client_id": "id", "client_secret": "old", "api_key": "key", "notification_header_value": "header"}


class Secrets:
    """Secrets Manager with one secret, which may be down."""

    class exceptions:  # noqa: D106, N801 - as boto3 has it
        ResourceNotFoundException = KeyError

    def __init__(self) -> None:
        self.secret: dict[str, Any] | None = dict(SECRET)
        """None: the secret has no value."""
        self.down = False
        self.reads = 0

    def get_secret_value(self, **_: str) -> dict[str, str]:
        self.reads += 1
        if self.down:
            raise ClientError({"Error": {"Code": "InternalServiceError"}}, "GetSecretValue")
        if self.secret is None:
            raise self.exceptions.ResourceNotFoundException
        return {"SecretString": json.dumps(self.secret)}
