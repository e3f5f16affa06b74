"""Back and Forward between the pages of a journey, as a browser's buttons do it."""

from typing import Any

import pytest
from playwright.sync_api import Browser, FrameLocator, Page, expect

from tests.browser.test_journey import connector, reconnect
from tests.fakes.everything import PASSWORD

__all__ = ["connector"]


def give_password(place: Page | FrameLocator) -> None:
    place.get_by_label("User name").fill("kim")
    place.get_by_label("Password").fill(PASSWORD)
    place.get_by_role("button", name="Continue").click()


def choose(place: Page | FrameLocator) -> None:
    place.get_by_label("A code").check()
    place.get_by_label("I hold this account").check()
    place.get_by_role("button", name="Continue").click()


def go(page: Page, by: int) -> None:
    """Press Back (-1) or Forward (1). Playwright's own go_back waits for the whole window, also where a frame goes."""
    browser = page.context.new_cdp_session(page)
    history = browser.send("Page.getNavigationHistory")
    entry = history["entries"][history["currentIndex"] + by]
    browser.send("Page.navigateToHistoryEntry", {"entryId": entry["id"]})
    browser.detach()


@pytest.mark.parametrize("options", [{}, {"java_script_enabled": False}], ids=["with script", "without script"])
@pytest.mark.parametrize("display", ["Embedded in this page", "In a frame", "On a page of its own"])
def test_back_and_forward_show_the_pages_of_a_journey_and_an_old_page_goes_on_from_the_step_that_is_due(
    chromium: Browser, simulation: dict[str, Any], connector: str, display: str, options: dict[str, Any]
) -> None:
    context = chromium.new_context(**options)
    page = context.new_page()
    reconnect(page, simulation, display)
    place = page.frame_locator("iframe") if display == "In a frame" else page
    place.get_by_role("button", name="Continue").click()
    give_password(place)
    expect(place.get_by_label("A code")).to_be_visible()

    go(page, -1)
    expect(place.get_by_label("User name")).to_be_visible()
    go(page, 1)
    expect(place.get_by_label("A code")).to_be_visible()
    go(page, -1)
    give_password(place)
    choose(place)
    expect(place.get_by_label("One-time code")).to_be_visible()

    go(page, -1)
    expect(place.get_by_label("A code")).to_be_visible()
    choose(place)
    expect(place.get_by_label("One-time code")).to_be_visible()
    assert connector
    context.close()
