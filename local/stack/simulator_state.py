"""What the simulator writes of itself when it is up: where its parties are, and what they and the connector share."""

from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict


class Part(BaseModel):
    """A part of it; what is not known here is kept for whoever reads `stack.json`."""

    model_config = ConfigDict(extra="allow", frozen=True)


class Served(Part):
    """A party by its base URL."""

    url: str

    @property
    def origin(self) -> str:
        """The scheme, host and port, as `RedirectOrigins` wants them."""
        parts = urlsplit(self.url)
        return f"{parts.scheme}://{parts.netloc}"


class SageId(Part):
    """Sage ID's endpoints."""

    issuer: str
    token_url: str
    jwks_url: str


class ProviderApi(Served):
    """The Provider API, whose URL has its version prefix."""

    audience: str


class Bank(Served):
    """The bank: its URL is its backend's too, and `issuer` that of its identity provider."""

    issuer: str


class Notification(Part):
    """How Banking Service proves itself to the connector."""

    header_name: str
    audience: str


class Simulator(Part):
    """The simulated Sage and bank."""

    sage_id: SageId
    provider_api: ProviderApi
    consumer_api: Served
    product: Served
    bank: Bank
    control: Served
    notification: Notification
    credentials: dict[str, str]
