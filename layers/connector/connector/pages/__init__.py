"""What a customer sees: templates, their one style sheet, and the headers that protect them."""

from base64 import b64encode
from functools import cache
from hashlib import sha256
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from connector.http import Response
from connector.settings import Settings

_HERE = Path(__file__).parent


@cache
def _style() -> str:
    return (_HERE / "style.css").read_text("utf-8")


@cache
def _templates() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(_HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
    )
    environment.install_null_translations(newstyle=True)  # type: ignore[attr-defined]  # added by the i18n extension
    return environment


class Pages:
    """Renders a page, as a whole document or as a fragment to embed in somebody else's."""

    def __init__(self, settings: Settings) -> None:
        self._ancestors = " ".join(settings.allowed_ancestors.sources)
        # A browser follows the redirect that answers a form only to where `form-action` lets the form go.
        self._form_targets = " ".join(settings.allowed_redirects.sources)

    def render(self, page: str, status: int, *, document: bool = True, **context: object) -> Response:
        """Render `templates/{page}.html`."""
        layout = "document.html" if document else "fragment.html"
        # The style sheet is ours and constant; nothing of a request is ever in it.
        style = Markup(_style())  # noqa: S704
        body = _templates().get_template(f"{page}.html").render(layout=layout, style=style, **context)
        return Response(status=status, headers=self._headers(), body=body)

    def redirect(self, url: str) -> Response:
        """Send the customer to `url`, and make the browser ask for it with GET (303, RFC 9110 section 15.4.4)."""
        return Response(status=303, headers={**self._headers(), "Location": url})

    def _headers(self) -> dict[str, str]:
        digest = b64encode(sha256(_style().encode()).digest()).decode()
        policy = (
            "default-src 'none'",
            f"style-src 'sha256-{digest}'",
            f"form-action 'self' {self._form_targets}",
            f"frame-ancestors {self._ancestors}",
            "base-uri 'none'",
        )
        return {
            "Content-Type": "text/html; charset=utf-8",
            "Content-Security-Policy": "; ".join(policy),
            "Cache-Control": "no-store",
            "Referrer-Policy": "no-referrer",
            "Strict-Transport-Security": "max-age=63072000",
            "X-Content-Type-Options": "nosniff",
        }
