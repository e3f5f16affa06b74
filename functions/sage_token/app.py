"""Every few minutes: renew the shared Sage ID token ahead of its expiry, so that no customer waits for Sage ID."""

from typing import Any

from connector.bootstrap.credentials import credentials_vault
from connector.bootstrap.sage import shared_tokens
from connector.runtime.observability import count, logger
from connector.runtime.settings import ConfigurationError
from connector.sage.tokens import TokenUnavailableError

tokens = shared_tokens(credentials_vault())


def handler(event: dict[str, Any], context: object) -> None:  # noqa: ARG001 - the event of a schedule has no content
    """Renew the token if it is due. After a failure the stored token remains in use until the next attempt."""
    try:
        renewed = tokens.renew()
    except (TokenUnavailableError, ConfigurationError) as trouble:
        logger.warning("the token was not renewed", extra={"reason": str(trouble)})
        count("TokenRenewalFailed")
        return
    count("TokenRenewed" if renewed else "TokenStillGood")
