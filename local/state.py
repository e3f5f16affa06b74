"""What the simulator writes of itself when it is up: where its parties are, and what they and the connector share."""

from typing import Any
from urllib.parse import urlsplit

from pydantic import BaseModel


class Served(BaseModel):
    """A party by its base URL."""

    url: str

    @property
    def origin(self) -> str:
        """The scheme, host and port, as `RedirectOrigins` wants them."""
        parts = urlsplit(self.url)
        return f"{parts.scheme}://{parts.netloc}"


class SageId(BaseModel):
    """Sage ID's endpoints."""

    issuer: str
    token_url: str
    jwks_url: str


class ProviderApi(Served):
    """The Provider API, whose URL has its version prefix."""

    audience: str


class Notification(BaseModel):
    """How Banking Service proves itself to the connector."""

    header_name: str
    audience: str


class Simulator(BaseModel):
    """The simulated Sage and bank."""

    sage_id: SageId
    provider_api: ProviderApi
    consumer_api: Served
    product: Served
    bank: Served
    control: Served
    notification: Notification
    credentials: dict[str, str]

    def json_object(self) -> dict[str, Any]:
        """Show it as the simulator wrote it."""
        return self.model_dump()
