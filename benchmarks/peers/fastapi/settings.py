from functools import lru_cache

from pydantic_settings import BaseSettings


class Settings(BaseSettings):
    """The environment variables, by their names in lower case."""

    authorisations_table: str
    credentials_secret_arn: str
    sage_id_issuer: str
    sage_id_jwks_url: str
    notification_audience: str
    notification_header_name: str
    redirect_origins: str
    session_minutes: int = 20


@lru_cache
def get_settings() -> Settings:
    """Return the settings, read once."""
    return Settings()
