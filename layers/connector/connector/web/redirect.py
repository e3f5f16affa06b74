"""The origins to which a customer may be redirected, and the URL of the redirect.

A `redirect_uri` comes from a query string: anybody can write it. It is compared as an origin (RFC 6454), never as text.
"""

import re
from dataclasses import dataclass
from typing import Self
from urllib.parse import quote

_LABEL = "[a-z0-9](?:[a-z0-9-]*[a-z0-9])?"
_HOST = rf"(?=[^/?:]{{1,253}}(?:[/?:]|$))(?P<host>{_LABEL}(?:\.{_LABEL})*)"
_PORT = "(?::(?P<port>[1-9][0-9]{0,4}))?"
# One grammar for the whole URL, narrower than RFC 3986: no user, no fragment, no IP literal in brackets, no backslash,
# ASCII only. It leaves out everything that parsers and browsers read in different ways.
_URL = re.compile(rf"(?P<scheme>https?)://{_HOST}{_PORT}(?:[/?][A-Za-z0-9\-._~:/?@!$&'()*+,;=%]*)?", re.IGNORECASE)
_DEFAULT_PORTS = {"https": 443, "http": 80}
_LONGEST_URL = 2048


class InvalidOriginError(ValueError):
    """An entry of a list of origins that is none."""


@dataclass(frozen=True, slots=True)
class _Origin:
    scheme: str
    host: str
    port: int

    @classmethod
    def of(cls, found: re.Match[str]) -> Self:
        scheme = found["scheme"].lower()
        return cls(scheme, found["host"].lower(), int(found["port"] or _DEFAULT_PORTS[scheme]))


@dataclass(frozen=True, slots=True)
class _Source:
    """An allowed origin; with `below`, all subdomains of its host instead."""

    origin: _Origin
    below: bool

    def covers(self, origin: _Origin) -> bool:
        mine = self.origin
        if (mine.scheme, mine.port) != (origin.scheme, origin.port):
            return False
        return origin.host.endswith("." + mine.host) if self.below else origin.host == mine.host


@dataclass(frozen=True, slots=True)
class AllowedOrigins:
    """Exact origins (`https://money.sage.com`) and patterns for subdomains (`https://*.sage.com`)."""

    sources: tuple[str, ...]
    """As Content-Security-Policy writes them."""
    _allowed: tuple[_Source, ...]

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read a comma-separated list. Raise InvalidOriginError for an entry that is no origin."""
        sources = tuple(entry.strip().rstrip("/") for entry in text.split(",") if entry.strip())
        return cls(sources, tuple(map(_read, sources)))

    def allows(self, uri: str) -> bool:
        """Tell whether `uri` is a plain URL of an allowed origin."""
        found = _URL.fullmatch(uri) if len(uri) <= _LONGEST_URL else None
        return found is not None and any(source.covers(_Origin.of(found)) for source in self._allowed)


def _read(source: str) -> _Source:
    below = "://*." in source
    plain = source.replace("://*.", "://", 1)
    found = _URL.fullmatch(plain)
    if found is None or found.end("port" if found["port"] else "host") < len(plain):
        raise InvalidOriginError(f"{source}: not an http(s) origin")
    origin = _Origin.of(found)
    name, _, last = origin.host.rpartition(".")
    # A last label that begins with a digit belongs to an IP address.
    if below and not (origin.scheme == "https" and name and last[0].isalpha()):
        raise InvalidOriginError(f"{source}: a pattern needs https, and a domain of at least two names after *.")
    return _Source(origin, below)


def return_url(redirect_uri: str, sage_state: str) -> str:
    """Append `state` to the query and change nothing else. Sage's "Re-authorisation" page: "should be appended"."""
    separator = "&" if "?" in redirect_uri else "?"
    if redirect_uri.endswith(("?", "&")):
        separator = ""
    return f"{redirect_uri}{separator}state={quote(sage_state, safe='')}"
