"""The headers of every page: what it may load, where forms may post, who may frame it, which cache may store it."""

from collections.abc import Mapping
from dataclasses import replace
from urllib.parse import urlsplit

from connector.pages.rendering.style import script, source_hash
from connector.pages.settings import PageSettings
from connector.web.gateway import Response


def headers(settings: PageSettings, language: str, css: str) -> Mapping[str, str]:
    """Return the headers of a page in this language that holds this style."""
    # Browsers apply `form-action` to every redirect that follows a form. Sage's return page may redirect further, for
    # example to a sign-in on another host, so every https host is allowed. `redirect_uri` was checked before.
    # Only a local deployment has http origins; there the identity provider is on http too.
    local = any(source.startswith("http:") for source in settings.redirect_origins.sources)
    form_targets = "https: http:" if local else "https:"
    policy = (
        "default-src 'none'",
        f"style-src {source_hash(css)}",
        f"script-src {source_hash(script())}",
        "connect-src 'self'",
        *_images(settings.brand_logo_url),
        f"form-action 'self' {form_targets}",
        f"frame-ancestors {' '.join(settings.frame_ancestors.sources)}",
        "base-uri 'none'",
    )
    return {
        "Content-Type": "text/html; charset=utf-8",
        "Content-Language": language,
        # The page depends on the language, and on whether a browser shows it as a document.
        "Vary": "Accept-Language, Sec-Fetch-Mode",
        "Content-Security-Policy": "; ".join(policy),
        "Cache-Control": "no-store",
        # Our own pages say their origin when they post to us; other sites learn nothing.
        "Referrer-Policy": "same-origin",
        "Strict-Transport-Security": "max-age=63072000",
        "X-Content-Type-Options": "nosniff",
    }


def storable(answer: Response) -> Response:
    """Let the browser store the page that answers a form, so that Back and Forward show it again.

    For a page with `no-store` that answered a POST the browser shows its own error page instead. `no-cache` lets only
    Back and Forward show the page without a request (RFC 9111, sections 5.2.2.4 and 6). `private` excludes every cache
    that several people share. A redirect stays unstored, because its Location has the `state` of Sage or of a callback.
    """
    if "Location" in answer.headers:
        return answer
    return replace(answer, headers={**answer.headers, "Cache-Control": "private, no-cache"})


def _images(logo_url: str) -> tuple[str, ...]:
    if not logo_url:
        return ()
    parts = urlsplit(logo_url)
    return (f"img-src {parts.scheme}://{parts.netloc}{parts.path}",)
