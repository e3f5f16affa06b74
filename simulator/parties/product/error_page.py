"""The product's error page."""

from flask import render_template


def error_page(status: int, heading: str, text: str, detail: str = "") -> tuple[str, int]:
    """Render the page with a link to the accounts. `detail` is for developers."""
    return render_template("error.html", heading=heading, text=text, detail=detail), status
