"""The pages of the simulator, which the bar at the top of each page links."""

from dataclasses import dataclass

from flask import Flask


@dataclass(frozen=True)
class Places:
    """The URLs of the pages, and of the control API."""

    product: str
    bank: str
    control: str

    def show_in(self, app: Flask) -> None:
        """Give the URLs to the templates of an application."""
        app.context_processor(lambda: {"places": self})
