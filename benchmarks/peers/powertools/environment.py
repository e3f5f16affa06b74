import os
from functools import cache

from pydantic import BaseModel


class Environment(BaseModel):
    """The environment variables that the function reads."""

    AUTHORISATIONS_TABLE: str
    CREDENTIALS_SECRET_ARN: str
    SAGE_ID_ISSUER: str
    SAGE_ID_JWKS_URL: str
    NOTIFICATION_AUDIENCE: str
    NOTIFICATION_HEADER_NAME: str
    REDIRECT_ORIGINS: str
    SESSION_MINUTES: int = 20


@cache
def environment() -> Environment:
    """Return the environment, validated once."""
    return Environment.model_validate(dict(os.environ))
