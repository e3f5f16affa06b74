"""The page of a customer who is done while Banking Service is unavailable: it polls by itself until the end."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from flask import Flask, Response, request
from playwright.sync_api import Browser, Page, expect

from connector.pages.journey import shown
from connector.pages.rendering.pages import Pages
from connector.pages.settings import PageSettings
from connector.runtime.settings import read
from connector.session import ticket as tickets
from simulator.wire.server import Server
from tests import sample
from tests.deployment import environment_for
from tests.fakes.clock import Clock
from tests.fakes.sage import Sage
from tests.fakes.store import MemoryStore
from tests.fakes.system import System

A_LOOK_LATER = 31
"""Seconds on the clock between two polls: every postponed delivery is due by then."""
TWENTY_MINUTES = 20 * 60


@dataclass
class Waiting:
    """A customer's outcome that is not delivered, and the page that shows it."""

    system: System
    url: str
    home: str


@pytest.fixture
def waiting(monkeypatch: pytest.MonkeyPatch) -> Iterator[Waiting]:
    monkeypatch.setattr("connector.pages.journey.UNDELIVERED_SECONDS", 1)
    clock = Clock()
    system = System(MemoryStore(), clock, Sage(clock))
    system.sage.start(sample.ID)
    system.notify(sample.ID)
    server = Server("127.0.0.1")
    ticket = system.open(sample.ID, f"{server.origin}/home")
    system.go_on(sample.ID, ticket)
    system.sage.down = True
    system.confirm(sample.ID, ticket)
    server.serve(_app(system, server.origin))
    view_key = tickets.view_key_of(tickets.hash_of(ticket))
    yield Waiting(
        system,
        f"{server.origin}/completion?authorisation_id={sample.ID}&view={view_key}",
        f"{server.origin}/home?state={sample.SAGE_STATE}",
    )
    server.stop()


def _app(system: System, origin: str) -> Flask:
    app = Flask("waiting")
    pages = Pages(read(PageSettings, environment_for({"RedirectOrigins": origin})))

    @app.get("/completion")
    def refresh() -> Response:
        system.clock.now += A_LOOK_LATER
        view = system.complete.refresh_outcome(request.args["authorisation_id"], request.args["view"])
        answer = shown(pages, view, ticket="", base_url=origin)
        return Response(answer.body, answer.status, dict(answer.headers))

    @app.get("/home")
    def home() -> str:
        return "<h1>The product</h1>"

    return app


@pytest.fixture(params=[True, False], ids=["with-script", "without-script"])
def browser_page(chromium: Browser, request: pytest.FixtureRequest) -> Iterator[Page]:
    context = chromium.new_context(java_script_enabled=request.param)
    yield context.new_page()
    context.close()


def test_it_goes_home_by_itself_as_soon_as_banking_service_knows(browser_page: Page, waiting: Waiting) -> None:
    browser_page.goto(waiting.url)
    expect(browser_page.get_by_role("heading", level=1)).to_have_text("You have done your part")
    waiting.system.sage.down = False
    browser_page.wait_for_url(waiting.home, timeout=20_000)
    assert waiting.system.sage.accepted == {sample.ID: "success"}


def test_it_ends_honestly_when_time_is_up(browser_page: Page, waiting: Waiting) -> None:
    browser_page.goto(waiting.url)
    waiting.system.clock.now += TWENTY_MINUTES
    page = browser_page.locator("[data-connector-page=not_accepted]")
    expect(page).to_be_visible(timeout=20_000)
    expect(browser_page.locator(f'a[href="{waiting.home}"]')).to_be_visible()


def test_the_button_refreshes_at_once(browser_page: Page, waiting: Waiting) -> None:
    browser_page.goto(waiting.url)
    waiting.system.sage.down = False
    browser_page.get_by_role("button", name="Look again").click()
    browser_page.wait_for_url(waiting.home, timeout=20_000)
