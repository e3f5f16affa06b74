"""The page for whatever went wrong."""

from flask import render_template


def trouble(status: int, heading: str, text: str, detail: str = "") -> tuple[str, int]:
    """Say it plainly, with a way back; `detail` is for developers."""
    return render_template("trouble.html", heading=heading, text=text, detail=detail), status
