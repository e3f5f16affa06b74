"""The description that the simulator writes: the URLs of its parties, and the secrets that the connector needs."""

from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict


class Part(BaseModel):
    """A part of the description. Unknown members are kept, so that `stack.json` has them."""

    model_config = ConfigDict(extra="allow", frozen=True)


class Served(Part):
    """A party with a base URL."""

    url: str

    @property
    def origin(self) -> str:
        """Scheme, host and port, as in `RedirectOrigins`."""
        parts = urlsplit(self.url)
        return f"{parts.scheme}://{parts.netloc}"


class SageId(Part):
    """Sage ID's endpoints."""

    issuer: str
    token_url: str
    jwks_url: str


class ProviderApi(Served):
    """The Provider API. The URL includes the version prefix."""

    audience: str


class Bank(Served):
    """The bank. The URL is also its backend's; `issuer` is its identity provider's."""

    issuer: str


class Notification(Part):
    """The header and the audience with which Banking Service authenticates."""

    header_name: str
    audience: str


class Simulator(Part):
    """The simulated Sage and bank."""

    sage_id: SageId
    provider_api: ProviderApi
    consumer_api: Served
    product: Served
    bank: Bank
    connector: Served
    control: Served
    notification: Notification
    credentials: dict[str, str]
