"""The one function that requests tokens of Sage ID: for the others, and ahead of the shared token's expiry.

No customer waits for Sage ID as long as the token is renewed every few minutes.
"""

import time
from typing import Any

from connector.bootstrap.sage import shared_tokens
from connector.bootstrap.sage_settings import SageIdSettings
from connector.bootstrap.secrets import vault
from connector.runtime.observability import count, logger
from connector.runtime.settings import ConfigurationError, read
from connector.sage.credentials import ClientCredentials
from connector.sage.sage_id import SageId
from connector.sage.token_function import REQUEST, answer
from connector.sage.tokens import TokenUnavailableError

settings = read(SageIdSettings)
sage_id = SageId(
    settings.sage_id_token_url,
    settings.provider_api_audience,
    vault(ClientCredentials, "credentials", settings.credentials_secret_arn),
    time.time,
)
tokens = shared_tokens(sage_id.fetch)


def handler(event: dict[str, Any], context: object) -> dict[str, Any] | None:  # noqa: ARG001 - Lambda's signature
    """Answer a function that needs a token, or renew the token if it is due: the schedule's event has no content.

    After a failed renewal the stored token remains in use until the next attempt.
    """
    if event == REQUEST:
        return answer(sage_id.fetch)
    try:
        renewed = tokens.renew()
    except (TokenUnavailableError, ConfigurationError) as trouble:
        logger.warning("the token was not renewed", extra={"reason": str(trouble)})
        count("TokenRenewalFailed")
        return None
    count("TokenRenewed" if renewed else "TokenStillGood")
    return None
