"""Where a customer may be sent back to, and the URL that does it.

A `redirect_uri` comes from a query string, so from anybody. It is compared as an origin (RFC 6454), never as text.
"""

import re
from dataclasses import dataclass
from typing import Self
from urllib.parse import quote, urlsplit

# Everything that RFC 3986 allows in a URI, and so neither spaces, control characters, backslashes nor other scripts,
# all of which browsers and parsers have read in different ways.
_URI = re.compile(r"[A-Za-z0-9\-._~:/?#\[\]@!$&'()*+,;=%]{1,2048}")
_HOST = re.compile(r"(?=.{1,253}$)[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*")
_DEFAULT_PORTS = {"https": 443, "http": 80}


class NotAllowed(ValueError):  # noqa: N818 - reads as what it says: this redirect is not allowed
    """A redirect that the deployer did not allow, or an origin that cannot be one."""


@dataclass(frozen=True, slots=True)
class _Origin:
    scheme: str
    host: str
    port: int

    @classmethod
    def of(cls, uri: str) -> Self:
        try:
            parts = urlsplit(uri)
            port = parts.port
        except ValueError as error:
            raise NotAllowed("not a URL") from error
        host = parts.hostname or ""
        if parts.scheme not in _DEFAULT_PORTS or not _HOST.fullmatch(host):
            raise NotAllowed("not an http(s) URL with a host")
        return cls(parts.scheme, host, port or _DEFAULT_PORTS[parts.scheme])


@dataclass(frozen=True, slots=True)
class AllowedOrigins:
    """Exact origins (`https://money.sage.com`) and patterns for subdomains (`https://*.sage.com`)."""

    sources: tuple[str, ...]

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read a comma-separated list. Raise NotAllowed for an entry that is no origin."""
        sources = tuple(entry.strip().rstrip("/") for entry in text.split(",") if entry.strip())
        for source in sources:
            origin = _Origin.of(source.replace("://*.", "://"))
            if "*." in source and origin.scheme != "https":
                raise NotAllowed(f"{source}: only https origins may have a pattern")
            if urlsplit(source).path or "?" in source or "#" in source or "@" in source:
                raise NotAllowed(f"{source}: an origin has no path, query, fragment or user")
        return cls(sources)

    def check(self, uri: str) -> None:
        """Raise NotAllowed unless `uri` is a plain URL of an allowed origin."""
        if not _URI.fullmatch(uri):
            raise NotAllowed("not a URL")
        origin, parts = _Origin.of(uri), urlsplit(uri)
        if "@" in parts.netloc or "#" in uri:
            raise NotAllowed("a redirect has no user and no fragment")
        if not any(_covers(source, origin) for source in self.sources):
            raise NotAllowed("this origin is not allowed")


def _covers(source: str, origin: _Origin) -> bool:
    allowed = _Origin.of(source.replace("://*.", "://"))
    if (allowed.scheme, allowed.port) != (origin.scheme, origin.port):
        return False
    if "://*." in source:
        return origin.host.endswith("." + allowed.host)
    return origin.host == allowed.host


def return_url(redirect_uri: str, sage_state: str) -> str:
    """Add `state` to the query that is there, and change nothing else (seed: "should be appended")."""
    separator = "&" if "?" in redirect_uri else "?"
    if redirect_uri.endswith(("?", "&")):
        separator = ""
    return f"{redirect_uri}{separator}state={quote(sage_state, safe='')}"
