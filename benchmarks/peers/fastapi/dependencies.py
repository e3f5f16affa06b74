import hmac
import json
import time
from functools import lru_cache
from typing import Annotated
from urllib.parse import urlsplit

import boto3
import jwt
from fastapi import Depends, HTTPException, Query, Request
from fastapi.exceptions import RequestValidationError
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from settings import Settings, get_settings
from store import Sessions

SECRET_SECONDS = 300
bearer = HTTPBearer(auto_error=False)


@lru_cache
def sessions() -> Sessions:
    """Return the table of sessions."""
    settings = get_settings()
    return Sessions(boto3.client("dynamodb"), settings.authorisations_table, settings.session_minutes)


@lru_cache
def _secrets_manager():  # noqa: ANN202 - boto3's client
    return boto3.client("secretsmanager")


@lru_cache(maxsize=1)
def _credentials(arn: str, period: int) -> dict[str, str]:  # noqa: ARG001 - a new period is a new value
    return json.loads(_secrets_manager().get_secret_value(SecretId=arn)["SecretString"])


@lru_cache
def _keys(url: str) -> jwt.PyJWKClient:
    return jwt.PyJWKClient(url, lifespan=3600, timeout=3)


def authenticated(
    request: Request,
    settings: Annotated[Settings, Depends(get_settings)],
    token: Annotated[HTTPAuthorizationCredentials | None, Depends(bearer)],
) -> None:
    """Check the shared header and Sage ID's token."""
    expected = _credentials(settings.credentials_secret_arn, int(time.time() // SECRET_SECONDS))
    given = request.headers.get(settings.notification_header_name, "")
    if not hmac.compare_digest(given.encode(), expected["notification_header_value"].encode()) or token is None:
        raise HTTPException(401)
    try:
        key = _keys(settings.sage_id_jwks_url).get_signing_key_from_jwt(token.credentials)
        jwt.decode(
            token.credentials,
            key,
            algorithms=["RS256"],
            issuer=settings.sage_id_issuer,
            audience=settings.notification_audience,
            leeway=60,
            options={"require": ["exp", "iss", "aud"]},
        )
    except jwt.PyJWTError:
        raise HTTPException(401) from None


def allowed_redirect(
    redirect_uri: Annotated[str, Query(min_length=1)], settings: Annotated[Settings, Depends(get_settings)]
) -> str:
    """Return the redirect URI, if customers may be sent there."""
    parts = urlsplit(redirect_uri)
    for origin in map(urlsplit, settings.redirect_origins.split(",")):
        wildcard = origin.netloc.startswith("*.") and parts.netloc.endswith(origin.netloc[1:])
        if parts.scheme == origin.scheme.strip() and (parts.netloc == origin.netloc or wildcard):
            return redirect_uri
    raise RequestValidationError([{"loc": ("query", "redirect_uri"), "msg": "not allowed", "type": "value_error"}])
