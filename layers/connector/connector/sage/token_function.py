"""The function sage_token as the other functions use it. Only that function can read the client secret.

The caller holds the lock of the shared token, and stores the token that it gets.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from connector.aws.errors import ServiceUnavailableError, service_errors
from connector.runtime.settings import ConfigurationError
from connector.sage.tokens import Token, TokenUnavailableError

if TYPE_CHECKING:
    from mypy_boto3_lambda import LambdaClient

REQUEST = {"request": "token"}
"""The event that asks for a new token. The schedule's event has no such member."""


def answer(fetch: Callable[[], Token]) -> dict[str, Any]:
    """Return what the function answers to REQUEST: a new token, or the reason why there is none."""
    try:
        token = fetch()
    except TokenUnavailableError as unavailable:
        return {"unavailable": str(unavailable), "retry_after": unavailable.retry_after}
    except (ConfigurationError, ServiceUnavailableError) as trouble:
        return {"unavailable": str(trouble), "retry_after": None}
    return {"access_token": token.value, "expires_at": token.expires_at, "obtained_at": token.obtained_at}


@dataclass(frozen=True, slots=True)
class TokenFunction:
    """The function `name`. Its client is made for the first request, because few environments make one."""

    client: "Callable[[], LambdaClient]"
    name: str

    def fetch(self) -> Token:
        """Get a new token. Raise TokenUnavailableError or ServiceUnavailableError."""
        with service_errors("Lambda"):
            response = self.client().invoke(FunctionName=self.name, Payload=json.dumps(REQUEST))
            answered: dict[str, Any] = json.loads(response["Payload"].read())
        if response.get("FunctionError"):
            raise TokenUnavailableError("the function sage_token failed: see its log")
        if "unavailable" in answered:
            raise TokenUnavailableError(answered["unavailable"], retry_after=answered["retry_after"])
        return Token(answered["access_token"], answered["expires_at"], obtained_at=answered["obtained_at"])
