"""The simulated product, as its customer sees it."""

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]  # it ships no types
from playwright.sync_api import Browser, Locator, Page, expect

from simulator.loopback import session
from tests.fakes.connector import FakeConnector

NAME = "Business current account"


def card(page: Page) -> Locator:
    return page.get_by_role("main").get_by_role("listitem").filter(has_text=NAME)


def reconnect(page: Page, simulation: dict[str, Any], display: str) -> None:
    page.goto(simulation["product"]["url"])
    expect(card(page)).to_contain_text("Needs reconnecting")
    page.get_by_role("button", name=display).click()
    card(page).get_by_role("button", name="Reconnect").click()


def comes_back_connected(page: Page, simulation: dict[str, Any]) -> None:
    """Follow the landing page, which changes by itself, back to the accounts."""
    expect(page.get_by_role("heading", name=NAME)).to_be_visible()
    expect(page.get_by_text("Checking with your bank")).to_be_visible()
    verified(simulation)
    expect(page.get_by_text("connected again")).to_be_visible()
    page.get_by_role("link", name="Continue to your bank accounts").click()
    expect(card(page)).to_contain_text("active")
    controls = page.get_by_role("complementary", name="Test controls").get_by_role("listitem")
    expect(controls.filter(has_text=NAME).get_by_role("button", name="Mark as needing")).to_be_visible()


def verified(simulation: dict[str, Any]) -> None:
    """Let Banking Service have finished its verification."""
    control = simulation["control"]["url"]
    with session() as http:
        accounts = http.get(f"{control}/accounts").json()["accounts"]
        account = next(kept for kept in accounts if kept["name"] == NAME)
        http.put(f"{control}/accounts/{account['bankAccountId']}/status", json={"status": "active"})


@pytest.mark.parametrize("display", ["Embedded in this page", "On a page of its own"])
def test_a_customer_reconnects_in_the_whole_window(
    page: Page, simulation: dict[str, Any], fake_connector: FakeConnector, display: str
) -> None:
    reconnect(page, simulation, display)
    page.get_by_role("button", name="Continue at the bank").click()
    comes_back_connected(page, simulation)
    assert fake_connector.visits.qsize() == 1


def test_a_customer_reconnects_in_a_frame_and_leaves_it_at_the_end(
    page: Page, simulation: dict[str, Any], fake_connector: FakeConnector
) -> None:
    reconnect(page, simulation, "In a frame")
    page.frame_locator("iframe").get_by_role("button", name="Continue at the bank").click()
    comes_back_connected(page, simulation)
    assert fake_connector.visits.get_nowait().headers["Sec-Fetch-Dest"] == "iframe"


def test_without_script_the_landing_page_still_follows_the_account(
    chromium: Browser, simulation: dict[str, Any], fake_connector: FakeConnector
) -> None:
    with chromium.new_context(java_script_enabled=False) as context:
        page = context.new_page()
        reconnect(page, simulation, "Embedded in this page")
        page.get_by_role("button", name="Continue at the bank").click()
        comes_back_connected(page, simulation)
    assert fake_connector.visits.qsize() == 1


@pytest.fixture
def screen(chromium: Browser) -> Iterator[Page]:
    """Open one empty page, for tests that do not depend on the width or set it."""
    with chromium.new_context() as context:
        yield context.new_page()


PAGES = {
    "product": ("product", "/"),
    "bank": ("bank", "/"),
    "phone": ("bank", "/phones/ben"),
    "messages": ("control", "/"),
    "faults": ("control", "/faults/"),
}


@pytest.mark.parametrize("name", PAGES)
def test_each_page_is_accessible_and_fits_a_screen_of_320_pixels(
    screen: Page, simulation: dict[str, Any], fake_connector: FakeConnector, name: str
) -> None:
    party, path = PAGES[name]
    reconnect(screen, simulation, "Embedded in this page")
    expect(screen.get_by_role("button", name="Continue at the bank")).to_be_visible()
    assert fake_connector.url
    screen.set_viewport_size({"width": 320, "height": 640})
    screen.goto(simulation[party]["url"] + path)
    for summary in screen.locator("summary:visible").all():
        summary.click()
    assert screen.evaluate("document.documentElement.scrollWidth") <= 320
    found = Axe().run(screen)
    assert found.violations_count == 0, found.generate_report()
    expect(screen.get_by_role("navigation", name="Simulator").locator("[aria-current=page]")).to_have_count(1)


def test_the_sign_in_of_the_bank_is_accessible_and_fits_a_screen_of_320_pixels(
    screen: Page, simulation: dict[str, Any], fake_connector: FakeConnector
) -> None:
    query = {
        "client_id": simulation["credentials"]["oidc_client_id"],
        "redirect_uri": f"{fake_connector.url}/completion/callback",
        "response_type": "code",
        "scope": "openid",
        "state": "s",
        "nonce": "n",
        "code_challenge": "c",
        "code_challenge_method": "S256",
    }
    screen.set_viewport_size({"width": 320, "height": 640})
    screen.goto(f"{simulation['bank']['issuer']}/authorize?{urlencode(query)}")
    assert screen.evaluate("document.documentElement.scrollWidth") <= 320
    found = Axe().run(screen)
    assert found.violations_count == 0, found.generate_report()
    screen.get_by_role("button", name="Sign in").click()
    expect(screen.get_by_role("alert")).to_be_visible()
    expect(screen.get_by_label("User name")).to_be_visible()


def test_messages_appear_as_they_pass_and_can_be_opened(
    screen: Page, simulation: dict[str, Any], fake_connector: FakeConnector
) -> None:
    board = screen.context.new_page()
    board.goto(f"{simulation['control']['url']}/")
    fake_connector.register(recorded=True)
    reconnect(screen, simulation, "On a page of its own")
    screen.get_by_role("button", name="Continue at the bank").click()
    expect(screen).to_have_url(re.compile("/landing"))

    notification = board.locator("details").filter(has_text="POST /notification")
    notification.locator("summary").click()
    expect(notification).to_contain_text("resourceCreated")
    expect(notification).to_contain_text("Bearer ***")
    # What the browser itself sent to the connector is a message too.
    expect(board.locator("details").filter(has_text="GET /authrefresh")).to_have_count(1)
    expect(board.locator("#state")).to_contain_text("succeeded")
    screen.close()  # Its requests for the account's status are messages too.
    board.get_by_role("button", name="Clear").click()
    expect(board.locator("#messages li")).to_have_count(0)


def test_what_is_broken_is_named_and_mended(
    screen: Page, simulation: dict[str, Any], fake_connector: FakeConnector
) -> None:
    assert fake_connector.url
    screen.goto(f"{simulation['control']['url']}/")
    screen.get_by_role("button", name="The answer to the next notification is lost").click()
    expect(screen.get_by_role("heading", name="The answer to the next notification is lost")).to_be_visible()
    reconnect(screen, simulation, "Embedded in this page")
    screen.goto(f"{simulation['control']['url']}/")
    expect(screen.get_by_text("The fault has happened.")).to_be_visible()
    expect(screen.get_by_text("Fault: answer lost")).to_be_visible()
    screen.get_by_role("button", name="Close").click()
    expect(screen.get_by_role("heading", name="The answer to the next notification is lost")).to_be_hidden()
