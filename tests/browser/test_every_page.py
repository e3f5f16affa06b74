"""Every page in every state: accessible, never wider than its window, and true HTML."""

from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]  # it ships no types
from playwright.sync_api import Browser, BrowserContext, Frame, Page

from connector.pages.rendering.languages import LANGUAGES
from tests.browser.site import Site
from tests.browser.states import EMBEDDABLE, STATES

WCAG = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]}}
NORMAL, TWICE = 16, 32
"""Pixels of text: what browsers come with, and 200 % of it (WCAG 2.1, 1.4.4)."""

WINDOWS = {"phone": (320, 640, NORMAL), "desktop": (1280, 800, NORMAL), "large-text": (1280, 800, TWICE)}
"""320 CSS pixels are WCAG 2.1's 1.4.10."""


@pytest.fixture(scope="module", params=WINDOWS)
def window(chromium: Browser, request: pytest.FixtureRequest) -> Iterator[Page]:
    width, height, text = WINDOWS[request.param]
    context = chromium.new_context(viewport={"width": width, "height": height})
    page = context.new_page()
    _set_text(context, page, text)
    yield page
    context.close()


@pytest.mark.parametrize("state", STATES)
def test_a_page_of_ours_in_a_frame_has_no_violation_of_wcag_2_1_aa_and_never_scrolls_sideways(
    window: Page, site: Site, state: str
) -> None:
    window.goto(site.framed(state))
    frame = window.frames[1]
    frame.wait_for_load_state()
    assert _violations(frame) == []
    assert _fits(frame)


@pytest.mark.parametrize("state", EMBEDDABLE)
def test_a_fragment_in_a_strangers_page_has_no_violation_either(window: Page, site: Site, state: str) -> None:
    window.goto(site.embedded(state))
    assert _violations(window, "#connector-page") == []
    inside, around = window.locator("#connector-page").evaluate("ours => [ours.scrollWidth, ours.clientWidth]")
    assert inside <= around


def test_these_checks_do_find_what_they_look_for(window: Page, site: Site) -> None:
    window.goto(site.document("start"))
    text = window.locator("main p").first
    text.evaluate("text => text.style.color = '#bbb'")
    assert [violation.partition(":")[0] for violation in _violations(window)] == ["color-contrast"]
    text.evaluate("text => text.style.minWidth = '2000px'")
    assert not _fits(window)


def test_the_text_of_our_pages_follows_what_a_person_set(chromium: Browser, site: Site) -> None:
    def size(of_text: int, address: str) -> object:
        context = chromium.new_context()
        page = context.new_page()
        _set_text(context, page, of_text)
        page.goto(address)
        found = page.locator("#connector-page p").last.evaluate("text => getComputedStyle(text).fontSize")
        context.close()
        return found

    for address in (site.document("used"), site.embedded("used")):
        assert (size(NORMAL, address), size(TWICE, address)) == ("15px", "30px")


@pytest.mark.parametrize("language", LANGUAGES[1:])
def test_no_language_is_too_long_for_a_phone(chromium: Browser, site: Site, language: str) -> None:
    context = chromium.new_context(viewport={"width": 320, "height": 640})
    page = context.new_page()
    for state in STATES:
        page.goto(site.document(state, language))
        assert _fits(page), state
        assert page.locator("html").get_attribute("lang") == language
    context.close()


def _violations(page: Page | Frame, inside: str | None = None) -> list[str]:
    found = Axe().run(page, inside, WCAG).response["violations"]
    return [f"{violation['id']}: {node['html']}" for violation in found for node in violation["nodes"]]


def _fits(page: Page | Frame) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth"))


def _set_text(context: BrowserContext, page: Page, pixels: int) -> None:
    """Choose the size of text, as a person does in the browser's settings."""
    context.new_cdp_session(page).send("Page.setFontSizes", {"fontSizes": {"standard": pixels, "fixed": pixels}})
