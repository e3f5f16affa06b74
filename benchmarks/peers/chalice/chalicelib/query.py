import os
from collections.abc import Mapping
from urllib.parse import urlsplit
from uuid import UUID

LONGEST = 256


class InvalidQueryError(ValueError):
    """The query is not what Sage documents."""


def read_query(given: Mapping[str, str]) -> dict[str, str | None]:
    """Check GET /authrefresh's parameters. Raise InvalidQueryError."""
    try:
        authorisation_id = str(UUID(given["authorisation_id"]))
        redirect_uri, state, external_id = given["redirect_uri"], given["state"], given["externalId"]
    except (KeyError, ValueError):
        raise InvalidQueryError from None
    if not _allowed(redirect_uri) or not all(0 < len(value) <= LONGEST for value in (state, external_id)):
        raise InvalidQueryError
    return {
        "authorisation_id": authorisation_id,
        "redirect_uri": redirect_uri,
        "sage_state": state,
        "external_id": external_id,
        "bank_account": given.get("bankaccount"),
    }


def _allowed(uri: str) -> bool:
    parts = urlsplit(uri)
    for origin in map(urlsplit, os.environ["REDIRECT_ORIGINS"].split(",")):
        wildcard = origin.netloc.startswith("*.") and parts.netloc.endswith(origin.netloc[1:])
        if parts.scheme == origin.scheme.strip() and (parts.netloc == origin.netloc or wildcard):
            return True
    return False
