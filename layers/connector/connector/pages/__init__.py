"""What a customer sees: templates, one style sheet, words in five languages, and the headers around them."""

import time
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Self

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from connector.pages.languages import LANGUAGES, preferred, translations
from connector.pages.policy import headers
from connector.pages.settings import PageSettings
from connector.pages.style import as_data_url, script, style
from connector.web.gateway import Request, Response

WARN_SECONDS = 300
"""How long before a session's end its customer is warned; style.css has it too."""


@cache
def _templates(language: str) -> Environment:
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
    )
    environment.install_gettext_translations(  # type: ignore[attr-defined]  # added by the i18n extension
        translations(language), newstyle=True
    )
    return environment


class Pages:
    """Renders pages: in one language, and as whole documents or as fragments to embed in somebody else's."""

    def __init__(
        self,
        settings: PageSettings,
        clock: Callable[[], float] = time.time,
        *,
        language: str = LANGUAGES[0],
        document: bool = True,
    ) -> None:
        self._settings = settings
        self._clock = clock
        self._document = document
        self.language = language

    def to(self, request: Request, *, document: bool | None = None) -> Self:
        """Return these pages as they answer this request: in its customer's language, in the form that it wants.

        `document` is for a function that only browsers call: an older one does not say that it navigates.
        """
        return type(self)(
            self._settings,
            self._clock,
            language=preferred(request.headers.get("accept-language")),
            document=request.navigates if document is None else document,
        )

    def render(self, page: str, status: int, *, expires_at: int | None = None, **context: object) -> Response:
        """Render `templates/{page}.html`; with `expires_at` it tells and warns how long the customer has."""
        left = None if expires_at is None else max(0, expires_at - int(self._clock()))
        css = style(self._settings.brand_colour, left)
        # The style sheet and the script are ours; nothing of a request is ever in them.
        body = (
            _templates(self.language)
            .get_template(f"{page}.html")
            .render(
                layout="document.html" if self._document else "fragment.html",
                heading_tag="h1" if self._document else "h2",
                page=page,
                language=self.language,
                brand=self._settings.brand,
                style=Markup(css),  # noqa: S704 - said above
                style_url=as_data_url(css),
                script=Markup(script()),  # noqa: S704 - likewise
                left=left,
                warn_minutes=WARN_SECONDS // 60,
                **context,
            )
        )
        return Response(status=status, headers=headers(self._settings, self.language, css), body=body)

    def redirect(self, url: str, page: str) -> Response:
        """Send the customer to `url`, and make the browser ask for it with GET (303, RFC 9110, 15.4.4).

        The body is the page that says so to a customer whose browser does not follow.
        """
        shown = self.render(page, 303, way_back=url)
        return Response(status=shown.status, headers={**shown.headers, "Location": url}, body=shown.body)
