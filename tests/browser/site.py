"""The pages over HTTP with their own headers; and a stranger's site that embeds or frames them."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from flask import Flask, Response, request

from connector.pages.rendering.pages import Pages
from connector.pages.settings import PageSettings
from connector.runtime.settings import read
from simulator.wire.server import Server
from tests.browser.states import render
from tests.deployment import environment_for

BRAND = {
    "BrandName": "Example Bank",
    "BrandLogoUrl": "https://bank.example/logo.svg",
    "SupportContact": "+44 20 7946 0000",
}

STRANGER = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>Stranger</title>
<style>
html { font-size: 62.5% }
body { margin: 0; background: #fff; color: #145a32; font: italic 1.4rem/1 serif; letter-spacing: .1em }
p, label, dd, li { margin: 4rem; color: #7b241c; text-transform: uppercase; font-size: 3rem }
h1, h2 { font: 700 5rem cursive; color: #7b241c; float: right }
button, input, .dialogue form button { background: #ff69b4; border-radius: 99px; width: 40%; height: 9rem }
* { box-sizing: content-box }
iframe { display: block; width: 100%; height: 60rem; border: 0 }
</style>
</head>
<body><h1>Stranger</h1><p id="before">Before</p>
<div class="dialogue" id="dialogue">INSIDE</div>
<p id="after">After</p></body>
</html>
"""


@dataclass(frozen=True)
class Site:
    """Where the pages are: as documents, embedded by a stranger's server, and in a stranger's frame."""

    connector: str
    stranger: str

    def document(self, state: str, language: str = "en") -> str:
        """Return the address of a page of ours."""
        return f"{self.connector}/{language}/{state}"

    def embedded(self, state: str, language: str = "en") -> str:
        """Return the address of a page whose server put our fragment into it."""
        return f"{self.stranger}/embedded/{language}/{state}"

    def framed(self, state: str, language: str = "en") -> str:
        """Return the address of a page that frames ours."""
        return f"{self.stranger}/framed/{language}/{state}"


def settings(**parameters: str) -> PageSettings:
    """Return the template's settings with our brand, and these parameters."""
    return read(PageSettings, environment_for(BRAND | parameters))


@contextmanager
def serve() -> Iterator[Site]:
    """Serve both sites until the context ends."""
    ours, strangers = Server("127.0.0.1"), Server("127.0.0.1")
    site = Site(ours.origin, strangers.origin)
    ours.serve(_ours(settings(FrameAncestors=site.stranger)))
    strangers.serve(_strangers(site))
    try:
        yield site
    finally:
        ours.stop()
        strangers.stop()


def _ours(known: PageSettings) -> Flask:
    app = Flask("ours")

    @app.get("/<language>/<state>")
    def page(language: str, state: str) -> Response:
        whole = "fragment" not in request.args
        answer = render(Pages(known, language=language, document=whole), state, request.host_url.rstrip("/"))
        # The body of a redirect is checked too.
        headers = {name: value for name, value in answer.headers.items() if name != "Location"}
        return Response(answer.body, 200 if answer.status == 303 else answer.status, headers)

    return app


def _strangers(site: Site) -> Flask:
    app = Flask("strangers")

    @app.get("/embedded/<language>/<state>")
    def embedded(language: str, state: str) -> Response:
        inside = render(Pages(settings(), language=language, document=False), state, site.connector).body
        policy = {"Content-Security-Policy": "default-src 'self'"} if "strict" in request.args else {}
        return Response(STRANGER.replace("INSIDE", inside), headers=policy)

    @app.get("/framed/<language>/<state>")
    def framed(language: str, state: str) -> str:
        frame = f'<iframe title="Your bank" src="{site.document(state, language)}"></iframe>'
        return STRANGER.replace("INSIDE", frame)

    return app
