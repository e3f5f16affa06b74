"""A token store in memory."""

from connector.aws.errors import ServiceUnavailableError
from connector.sage.tokens import Token


class MemoryTokenStore:
    def __init__(self, token: Token | None = None) -> None:
        self.token = token
        self.broken = False
        """Whether writing fails."""

    def read(self) -> Token | None:
        return self.token

    def write(self, token: Token) -> None:
        if self.broken:
            raise ServiceUnavailableError("Secrets Manager: InternalServiceError")
        self.token = token
