"""Renders the templates, in the customer's language, with the style sheet and the headers around them."""

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Self

from markupsafe import Markup

from connector.pages.rendering.environment import environment
from connector.pages.rendering.languages import LANGUAGES, preferred
from connector.pages.rendering.policy import headers
from connector.pages.rendering.style import as_data_url, script, style
from connector.pages.settings import PageSettings
from connector.web.gateway import Request, Response

WARN_SECONDS = 300
"""How long before a session's end its customer is warned. style.css has the same value."""


@dataclass(frozen=True, slots=True)
class Pages:
    """Renders pages in one language: as whole documents, or as fragments to embed in somebody else's page."""

    settings: PageSettings
    clock: Callable[[], float] = time.time
    language: str = LANGUAGES[0]
    document: bool = True

    def to(self, request: Request, *, document: bool | None = None) -> Self:
        """Return these pages in the language and form that the request asks for.

        `document` is for a function that only browsers call: an older browser does not say that it navigates.
        """
        return replace(
            self,
            language=preferred(request.headers.get("accept-language")),
            document=request.navigates if document is None else document,
        )

    def render(self, page: str, status: int, *, expires_at: int | None = None, **context: object) -> Response:
        """Render `templates/{page}.html`. With `expires_at` (seconds since the epoch) it shows the time left."""
        left = None if expires_at is None else max(0, expires_at - int(self.clock()))
        css = style(self.settings.brand_colour, left)
        # The style sheet and the script are ours: no part of a request is ever in them.
        body = (
            environment(self.language)
            .get_template(f"{page}.html")
            .render(
                layout="document.html" if self.document else "fragment.html",
                heading_tag="h1" if self.document else "h2",
                page=page,
                language=self.language,
                brand=self.settings.brand,
                style=Markup(css),  # noqa: S704 - see above
                style_url=as_data_url(css),
                script=Markup(script()),  # noqa: S704 - see above
                left=left,
                warn_minutes=WARN_SECONDS // 60,
                **context,
            )
        )
        return Response(status=status, headers=headers(self.settings, self.language, css), body=body)

    def redirect(self, url: str, page: str) -> Response:
        """Redirect the customer to `url` with GET (303, RFC 9110, 15.4.4). `page` is the body, with a link to `url`."""
        body = self.render(page, 303, return_url=url)
        return replace(body, headers={**body.headers, "Location": url})
