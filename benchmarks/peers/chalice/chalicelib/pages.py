from functools import cache
from pathlib import Path
from typing import Any

from chalice import Response


_HEADERS = {
    "Content-Type": "text/html; charset=utf-8",
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}


@cache
def _templates() -> Any:
    # A notification renders no page.
    from jinja2 import Environment, FileSystemLoader

    return Environment(loader=FileSystemLoader(Path(__file__).parent / "templates"), autoescape=True)


def page(template: str, status: int, **values: Any) -> Response:
    """Render a page."""
    return Response(_templates().get_template(template).render(values), status_code=status, headers=_HEADERS)
