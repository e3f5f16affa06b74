import hmac
from collections.abc import Mapping

import jwt
from aws_lambda_powertools.utilities import parameters

from environment import environment
from observability import tracer

SECRET_SECONDS = 300
keys = jwt.PyJWKClient(environment().SAGE_ID_JWKS_URL, lifespan=3600, timeout=3)


class NotAuthenticatedError(Exception):
    """A proof is missing or does not hold."""


@tracer.capture_method(capture_response=False)
def authenticate(headers: Mapping[str, str]) -> None:
    """Check the shared header and Sage ID's token. Raise NotAuthenticatedError."""
    settings = environment()
    credentials = parameters.get_secret(settings.CREDENTIALS_SECRET_ARN, transform="json", max_age=SECRET_SECONDS)
    given = headers.get(settings.NOTIFICATION_HEADER_NAME, "")
    if not hmac.compare_digest(given.encode(), credentials["notification_header_value"].encode()):
        raise NotAuthenticatedError("the shared header is missing or wrong")
    token = headers.get("Authorization", "").removeprefix("Bearer ").strip()
    try:
        jwt.decode(
            token,
            keys.get_signing_key_from_jwt(token),
            algorithms=["RS256"],
            issuer=settings.SAGE_ID_ISSUER,
            audience=settings.NOTIFICATION_AUDIENCE,
            leeway=60,
            options={"require": ["exp", "iss", "aud"]},
        )
    except jwt.PyJWTError as error:
        raise NotAuthenticatedError(type(error).__name__) from None
