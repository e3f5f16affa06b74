"""The whole journey in a browser, from the product and back to it: by keyboard alone, without script, in a frame."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, FrameLocator, Page, expect

from local.stack.control import Control
from local.stack.simulator_state import Simulator
from simulator.wire.server import Server
from tests.browser.front import front
from tests.deployment import deployment
from tests.fakes.everything import CODE, PASSWORD, WRONG

NAME = "Business current account"
MOST_TABS = 30


@pytest.fixture
def connector(simulation: dict[str, Any]) -> Iterator[str]:
    """Deploy the connector, with a bank that asks for everything, and tell Sage where it is."""
    server = Server("127.0.0.1")
    parameters = {"PublicUrl": server.origin, "Authenticator": "tests.fakes.everything:Everything"}
    with deployment(Simulator.model_validate(simulation), **parameters) as deployed, front(server, deployed) as url:
        Control(simulation["control"]["url"]).register_connector(url)
        yield url


def reconnect(page: Page, simulation: dict[str, Any], display: str) -> None:
    page.goto(simulation["product"]["url"])
    page.get_by_role("button", name=display).click()
    page.get_by_role("listitem").filter(has_text=NAME).get_by_role("button", name="Reconnect").click()


def answer_all(page: Page | FrameLocator) -> None:
    page.get_by_role("button", name="Continue").click()
    page.get_by_label("User name").fill("kim")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Continue").click()
    page.get_by_label("A code").check()
    page.get_by_label("I hold this account").check()
    page.get_by_role("button", name="Continue").click()
    page.get_by_label("One-time code").fill("246 810")
    page.get_by_role("button", name="Continue").click()


def is_home(page: Page) -> None:
    expect(page.get_by_role("heading", name=NAME)).to_be_visible()
    expect(page.get_by_text("Checking with your bank")).to_be_visible()


@pytest.mark.parametrize("display", ["Embedded in this page", "In a frame", "On a page of its own"])
def test_it_can_be_completed_and_where_script_is_allowed_waiting_ends_by_itself(
    chromium: Browser, simulation: dict[str, Any], connector: str, display: str
) -> None:
    page = chromium.new_page()
    reconnect(page, simulation, display)
    answer_all(page.frame_locator("iframe") if display == "In a frame" else page)
    is_home(page)
    assert connector
    page.close()


def test_it_can_be_completed_without_script(chromium: Browser, simulation: dict[str, Any], connector: str) -> None:
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    reconnect(page, simulation, "Embedded in this page")
    answer_all(page)
    expect(page).to_have_title("Approve it in your bank’s app – Example Bank")  # noqa: RUF001 - typographic, as on the page
    expect(page.get_by_text("goes on by itself")).to_be_hidden()
    page.get_by_role("button", name="Continue").click()
    is_home(page)
    assert connector
    context.close()


def test_it_can_be_completed_by_keyboard_alone(chromium: Browser, simulation: dict[str, Any], connector: str) -> None:
    page = chromium.new_page()
    reconnect(page, simulation, "Embedded in this page")
    keys = Keys(page)
    keys.press("button", "Continue")
    keys.type("textbox", "User name", "kim")
    keys.type("textbox", "Password", "wrong")
    page.keyboard.press("Enter")

    # The summary has the focus, and its link leads to the field.
    expect(page.get_by_role("alert")).to_be_focused()
    keys.press("link", WRONG)
    expect(page.get_by_label("User name")).to_be_focused()
    expect(page.get_by_label("User name")).to_have_value("kim")
    expect(page.get_by_label("Password")).to_have_value("")
    keys.type("textbox", "Password", PASSWORD)
    page.keyboard.press("Enter")

    keys.to("radio", "Approve in the app")
    page.keyboard.press("ArrowDown")
    expect(page.get_by_label("A code")).to_be_checked()
    keys.to("checkbox", "I hold this account")
    page.keyboard.press("Space")
    keys.press("button", "Continue")
    keys.type("textbox", "One-time code", CODE)
    page.keyboard.press("Enter")
    is_home(page)
    assert connector
    page.close()


def test_cancelling_by_keyboard_leads_home_too(chromium: Browser, simulation: dict[str, Any], connector: str) -> None:
    page = chromium.new_page()
    reconnect(page, simulation, "On a page of its own")
    Keys(page).press("button", "Cancel")
    expect(page.get_by_role("heading", name=NAME)).to_be_visible()
    assert connector
    page.close()


class Keys:
    """Somebody who has no pointer. What has the focus must be seen to have it."""

    def __init__(self, page: Page) -> None:
        self._page = page

    def to(self, role: Any, name: str) -> None:  # noqa: ANN401 - one of Playwright's roles
        """Go to a control with the tabulator. Fail where that does not lead to it."""
        wanted = self._page.get_by_role(role, name=name)
        expect(wanted).to_be_visible()
        for _ in range(MOST_TABS):
            if wanted.evaluate("control => control === document.activeElement"):
                break
            self._page.keyboard.press("Tab")
        expect(wanted).to_be_focused()
        outline = wanted.evaluate("control => getComputedStyle(control).outlineStyle")
        assert outline != "none"

    def press(self, role: str, name: str) -> None:
        """Go there and press Enter."""
        self.to(role, name)
        self._page.keyboard.press("Enter")

    def type(self, role: str, name: str, text: str) -> None:
        """Go there and type."""
        self.to(role, name)
        self._page.keyboard.type(text)
