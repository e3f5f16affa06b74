"""How the connector's page can be shown: Sage's documentation allows for all of them."""

from werkzeug.exceptions import BadRequest

DISPLAYS = {
    "embedded": "Embedded in this page",
    "iframe": "In a frame",
    "page": "On a page of its own",
}


def checked(asked: str | None) -> str:
    """Return the display that was asked for, the first if none was. Raises BadRequest."""
    if asked is None:
        return next(iter(DISPLAYS))
    if asked not in DISPLAYS:
        raise BadRequest(f"display must be one of {', '.join(DISPLAYS)}")
    return asked
