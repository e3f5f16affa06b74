"""Whether the page that sent a form may send it (RFC 6454; browsers send `Origin` with every POST)."""

from collections.abc import Iterable
from urllib.parse import urlsplit

from connector.web.redirect import AllowedOrigins


def may_post(origin: str | None, base_urls: Iterable[str], embedding: AllowedOrigins | None = None) -> bool:
    """Tell whether a form may come from `origin`: one of our own, or of a site that may embed the page.

    A request without `Origin` comes from no browser, so no other site's page can have made a customer send it.
    """
    if origin is None:
        return True
    own = {f"{parts.scheme}://{parts.netloc}" for parts in map(urlsplit, base_urls)}
    return origin in own or (embedding is not None and embedding.allows(origin))
