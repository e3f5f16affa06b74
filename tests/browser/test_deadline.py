"""A page shows how much time is left and warns before the end: by style alone, so without script too."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.site import Site

SOON = "You have less than 5 minutes left."
OVER = "The time has run out. Nothing was changed."


@pytest.fixture(params=["script", "no script"])
def page(chromium: Browser, request: pytest.FixtureRequest) -> Iterator[Page]:
    context = chromium.new_context(java_script_enabled=request.param == "script")
    yield context.new_page()
    context.close()


@pytest.mark.parametrize("where", [Site.document, Site.embedded, Site.framed])
@pytest.mark.parametrize(
    ("state", "left", "said"),
    [("start", "19 minutes", ""), ("start-warns", "3 minutes", SOON), ("start-over", "", OVER)],
)
def test_the_time_left_is_shown_and_the_warnings_come_in_time(  # noqa: PLR0913, PLR0917 - a page, and three things about it in each place
    page: Page, site: Site, where: Callable[[Site, str], str], state: str, left: str, said: str
) -> None:
    page.goto(where(site, state))
    shown = page.frame_locator("iframe") if where is Site.framed else page
    expect(shown.get_by_text("Time left:")).to_contain_text(left)
    for warning in (SOON, OVER):
        expect(shown.get_by_text(warning)).to_be_visible(visible=warning == said)


def test_where_script_is_allowed_the_minutes_count_down(chromium: Browser, site: Site) -> None:
    page = chromium.new_page()
    page.clock.install()
    page.goto(site.document("start", "de"))
    page.clock.fast_forward(7 * 60 * 1000)
    expect(page.get_by_text("Verbleibende Zeit:")).to_have_text("Verbleibende Zeit: 12 Minuten")
    page.close()


def test_where_script_is_allowed_the_warning_is_said_when_it_appears(chromium: Browser, site: Site) -> None:
    page = chromium.new_page()
    page.clock.install()
    page.goto(site.document("start"))
    page.evaluate(
        "window.said = []; new MutationObserver(all => all.forEach(one => said.push(one.target.textContent)))"
        ".observe(document.querySelector('[role=status]'), { childList: true, subtree: true })"
    )
    page.clock.fast_forward(15 * 60 * 1000)
    page.wait_for_function("said.length > 0")
    assert page.evaluate("said[0]").startswith(SOON)
    page.close()
