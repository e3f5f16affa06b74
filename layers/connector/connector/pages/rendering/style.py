"""The one style sheet of all pages, with the deployment's colour and the session's remaining time."""

from base64 import b64encode
from functools import cache
from hashlib import sha256
from pathlib import Path

_HERE = Path(__file__).parent


@cache
def _sheet() -> str:
    return (_HERE / "style.css").read_text("utf-8")


@cache
def script() -> str:
    """Return the script. Every page works without it."""
    return (_HERE / "page.js").read_text("utf-8")


def style(colour: str, seconds_left: int | None) -> str:
    """Return the style sheet. It times the warnings before the session's end, so that they need no script."""
    values = [f"--connector-accent:{colour}"]
    if seconds_left is not None:
        values.append(f"--connector-left:{seconds_left}s")
    return f"{_sheet()}#connector-page{{{';'.join(values)}}}\n"


def as_data_url(css: str) -> str:
    """Return the style sheet as a URL of its own content (RFC 2397).

    A fragment is put into the body of somebody else's page, where HTML allows no `style` element but allows a link to a
    style sheet. This link needs no request.
    """
    return f"data:text/css;base64,{b64encode(css.encode()).decode()}"


def source_hash(text: str) -> str:
    """Return the source expression that allows an inline style or script of this text (CSP 3, 2.3.1)."""
    return f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'"
