"""The settings of the pages: the deployer's brand, and the sites around the connector."""

from dataclasses import dataclass

from connector.web.brand import Brand
from connector.web.gateway import Request
from connector.web.redirect import AllowedOrigins


@dataclass(frozen=True, kw_only=True)
class PageSettings:
    """The values that are the same for every page of a deployment."""

    public_url: str
    """The connector's own base URL. Empty: taken from the request."""
    redirect_origins: AllowedOrigins
    """Where customers may be sent back to."""
    frame_ancestors: AllowedOrigins
    """Which sites may frame the connector's pages."""
    brand_name: str
    brand_logo_url: str
    brand_colour: str
    support_contact: str

    def base_url(self, request: Request) -> str:
        """Return the connector's own base URL, for the pages that answer a request."""
        return self.public_url or request.base_url

    @property
    def brand(self) -> Brand:
        """How the pages look, and the provider's name on them."""
        return Brand(
            name=self.brand_name, logo_url=self.brand_logo_url, colour=self.brand_colour, support=self.support_contact
        )
