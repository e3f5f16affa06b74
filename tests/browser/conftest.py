"""A real browser, and the simulated parties for it to visit."""

import os
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from local.chromium import ADVICE, find_chromium
from simulator.settings import Settings
from simulator.simulation import Simulation
from tests.browser.site import Site, serve
from tests.fakes.connector import FakeConnector

ARGUMENTS = [
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    # No test leaves this machine. To find that out by asking the network takes half a second a page.
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost, EXCLUDE *.localhost",
]


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Start Chromium; a machine without one fails here, and says what to do."""
    program = find_chromium(os.environ) or pytest.fail(ADVICE)
    # Chromium's sandbox cannot be set up by root.
    sandbox = [] if os.geteuid() else ["--no-sandbox"]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=[*ARGUMENTS, *sandbox])
        yield browser
        browser.close()


@pytest.fixture(params=[(360, 740), (1100, 760)], ids=["phone", "desktop"])
def page(chromium: Browser, request: pytest.FixtureRequest) -> Iterator[Page]:
    """Open an empty page; its test fails if a script on it does."""
    width, height = request.param
    context = chromium.new_context(viewport={"width": width, "height": height})
    page = context.new_page()
    mistakes: list[str] = []
    page.on("pageerror", lambda error: mistakes.append(str(error)))
    yield page
    context.close()
    assert mistakes == []


@pytest.fixture(scope="session")
def site() -> Iterator[Site]:
    """Serve every page in every state, and a stranger's site around them."""
    with serve() as serving:
        yield serving


@pytest.fixture
def simulation() -> Iterator[dict[str, Any]]:
    """Start all parties; an account that is verified stays so until a test says otherwise."""
    with Simulation(settings=Settings(verifying_seconds=3600)) as running:
        yield running.describe()


@pytest.fixture
def fake_connector(simulation: dict[str, Any]) -> Iterator[FakeConnector]:
    with FakeConnector(simulation) as connector:
        connector.register()
        yield connector
