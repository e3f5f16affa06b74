"""The simulated product, as its customer sees it."""

import re
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from simulator.loopback import session
from tests.fakes.connector import FakeConnector

NAME = "Business current account"


def card(page: Page) -> Locator:
    return page.get_by_role("listitem").filter(has_text=NAME)


def reconnect(page: Page, simulation: dict[str, Any], display: str) -> None:
    page.goto(simulation["product"]["url"])
    expect(card(page)).to_contain_text("Needs reconnecting")
    page.get_by_label("Show the bank’s page").first.select_option(label=display)  # noqa: RUF001 - as it is written there
    card(page).get_by_role("button", name="Reconnect").click()


def comes_back_connected(page: Page, simulation: dict[str, Any]) -> None:
    """Follow the landing page, which changes by itself, back to the accounts."""
    expect(page.get_by_role("heading", name=NAME)).to_be_visible()
    expect(page.get_by_text("Checking with your bank")).to_be_visible()
    verified(simulation)
    expect(page.get_by_text("connected again")).to_be_visible()
    page.get_by_role("link", name="Continue to your bank accounts").click()
    expect(card(page)).to_contain_text("active")
    expect(card(page).get_by_role("button", name="Mark as needing")).to_be_visible()


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


@pytest.mark.parametrize("party", ["product", "bank", "control"])
def test_no_page_is_wider_than_the_screen(
    page: Page, simulation: dict[str, Any], fake_connector: FakeConnector, party: str
) -> None:
    reconnect(page, simulation, "Embedded in this page")
    assert fake_connector.url
    page.goto(f"{simulation[party]['url']}/")
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_the_exchanges_can_be_read_in_detail(
    page: Page, simulation: dict[str, Any], fake_connector: FakeConnector
) -> None:
    reconnect(page, simulation, "Embedded in this page")
    page.get_by_role("button", name="Continue at the bank").click()
    expect(page).to_have_url(re.compile("/landing"))
    assert fake_connector.url
    page.get_by_role("link", name="Exchanges").click()
    row = page.locator("details").filter(has_text="POST /notification")
    row.locator("summary").click()
    expect(row).to_contain_text("resourceCreated")
    expect(row).to_contain_text("Bearer ***")
    page.get_by_role("button", name="Clear").click()
    expect(page.get_by_text("There are no exchanges yet.")).to_be_visible()
