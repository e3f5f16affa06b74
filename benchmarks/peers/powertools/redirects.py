from typing import Annotated
from urllib.parse import urlsplit

from environment import environment
from pydantic import AfterValidator


def _allowed(uri: str) -> str:
    parts = urlsplit(uri)
    for origin in map(urlsplit, environment().REDIRECT_ORIGINS.split(",")):
        wildcard = origin.netloc.startswith("*.") and parts.netloc.endswith(origin.netloc[1:])
        if parts.scheme == origin.scheme.strip() and (parts.netloc == origin.netloc or wildcard):
            return uri
    raise ValueError("customers may not be sent there")


RedirectUri = Annotated[str, AfterValidator(_allowed)]
