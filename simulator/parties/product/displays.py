"""The ways to show the connector's page. Sage's documentation allows each of them."""

from werkzeug.exceptions import BadRequest

DISPLAYS = {
    "embedded": "Embedded in this page",
    "iframe": "In a frame",
    "page": "On a page of its own",
}


def checked(display: str | None) -> str:
    """Return the requested display, or the first without a request. Raises BadRequest."""
    if display is None:
        return next(iter(DISPLAYS))
    if display not in DISPLAYS:
        raise BadRequest(f"display must be one of {', '.join(DISPLAYS)}")
    return display
