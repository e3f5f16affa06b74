"""The pictures, and the page that shows all of them."""

from dataclasses import dataclass, field
from pathlib import Path

from jinja2 import Environment, FileSystemLoader
from PIL import Image
from playwright.sync_api import Page

PHONE, DESKTOP = "phone", "desktop"
SIZES = {PHONE: (390, 760), DESKTOP: (1000, 700)}
COLOURS = 128
"""Enough colours for these pages. The file is a quarter as large."""


@dataclass
class Album:
    """The pictures of one language, in the order in which they were taken."""

    folder: Path
    language: str
    captions: dict[str, str] = field(default_factory=dict)
    """The caption of each picture, by name."""

    def take(self, page: Page, name: str, caption: str) -> None:
        """Take a picture of the page in each size."""
        self.captions[name] = caption
        page.wait_for_load_state("networkidle")
        for size, (width, height) in SIZES.items():
            page.set_viewport_size({"width": width, "height": height})
            page.screenshot(path=self.path(name, size), full_page=True, animations="allow")

    def path(self, name: str, size: str) -> Path:
        """Return the path of a picture."""
        return self.folder / f"{self.language}-{name}-{size}.png"


def write_index(folder: Path, albums: list[Album]) -> Path:
    """Write the page that shows the albums; return its path."""
    templates = Environment(loader=FileSystemLoader(Path(__file__).parent), autoescape=True)
    index = folder / "index.html"
    index.write_text(templates.get_template("index.html").render(albums=albums, sizes=SIZES), "utf-8")
    return index


def publish(picture: Path, to: Path) -> None:
    """Write a small copy of a picture for the README."""
    with Image.open(picture) as taken:
        taken.convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE).save(to, optimize=True)
