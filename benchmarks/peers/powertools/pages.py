from pathlib import Path
from typing import Any

from aws_lambda_powertools.event_handler import Response
from jinja2 import Environment, FileSystemLoader

templates = Environment(loader=FileSystemLoader(Path(__file__).parent / "templates"), autoescape=True)
_HEADERS = {"Cache-Control": "no-store", "Referrer-Policy": "no-referrer", "X-Content-Type-Options": "nosniff"}


def page(template: str, status: int, **values: Any) -> Response[str]:
    """Render a page."""
    body = templates.get_template(template).render(values)
    return Response(status, "text/html; charset=utf-8", body, headers=_HEADERS)
