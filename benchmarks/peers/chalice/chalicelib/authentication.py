import hmac
import json
import os
import time
from collections.abc import Mapping
from functools import cache, lru_cache

import boto3
import jwt

SECRET_SECONDS = 300


class NotAuthenticatedError(Exception):
    """A proof is missing or does not hold."""


@cache
def _secrets_manager():  # noqa: ANN202 - boto3's client
    return boto3.client("secretsmanager")


@lru_cache(maxsize=1)
def _credentials(period: int) -> dict[str, str]:  # noqa: ARG001 - a new period is a new value
    answer = _secrets_manager().get_secret_value(SecretId=os.environ["CREDENTIALS_SECRET_ARN"])
    return json.loads(answer["SecretString"])


@cache
def _keys() -> jwt.PyJWKClient:
    return jwt.PyJWKClient(os.environ["SAGE_ID_JWKS_URL"], lifespan=3600, timeout=3)


def authenticate(headers: Mapping[str, str]) -> None:
    """Check the shared header and Sage ID's token. Raise NotAuthenticatedError."""
    expected = _credentials(int(time.time() // SECRET_SECONDS))["notification_header_value"]
    given = headers.get(os.environ["NOTIFICATION_HEADER_NAME"], "")
    if not hmac.compare_digest(given.encode(), expected.encode()):
        raise NotAuthenticatedError("the shared header is missing or wrong")
    token = headers.get("authorization", "").removeprefix("Bearer ").strip()
    try:
        jwt.decode(
            token,
            _keys().get_signing_key_from_jwt(token),
            algorithms=["RS256"],
            issuer=os.environ["SAGE_ID_ISSUER"],
            audience=os.environ["NOTIFICATION_AUDIENCE"],
            leeway=60,
            options={"require": ["exp", "iss", "aud"]},
        )
    except jwt.PyJWTError as error:
        raise NotAuthenticatedError(type(error).__name__) from None
