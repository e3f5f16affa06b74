"""Pages follow the preferences of a person's system: their own colours, and less motion."""

from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]  # it ships no types
from playwright.sync_api import Browser, Locator, Page

from tests.browser.site import Site
from tests.browser.states import STATES

CONTRAST = {"runOnly": ["color-contrast"]}


@pytest.fixture(scope="module")
def forced(chromium: Browser) -> Iterator[Page]:
    context = chromium.new_context(forced_colors="active", reduced_motion="reduce")
    yield context.new_page()
    context.close()


def computed(found: Locator, name: str) -> str:
    return str(found.evaluate("(shown, name) => getComputedStyle(shown)[name]", name))


@pytest.mark.parametrize("state", STATES)
def test_in_forced_colours_everything_can_be_read_and_every_control_has_an_edge(
    forced: Page, site: Site, state: str
) -> None:
    forced.goto(site.document(state))
    assert Axe().run(forced, None, CONTRAST).response["violations"] == []
    ground = computed(forced.locator("body"), "backgroundColor")
    controls = forced.locator("button, .connector-button, input:not([type=hidden]):not([type=radio], [type=checkbox])")
    for control in controls.all():
        assert computed(control, "borderTopStyle") == "solid"
        assert computed(control, "borderTopColor") != ground


def test_in_forced_colours_the_step_and_the_errors_are_shown_by_more_than_colour(forced: Page, site: Site) -> None:
    forced.goto(site.document("everything-wrong"))
    steps = forced.locator("li", has_text="Confirm"), forced.locator("li", has_text="Back to Sage")
    assert computed(steps[0], "fontWeight") != computed(steps[1], "fontWeight")
    assert computed(steps[0], "borderTopColor") != computed(steps[1], "borderTopColor")
    assert computed(forced.get_by_role("alert"), "borderTopWidth") == "3px"


def test_with_reduced_motion_nothing_moves(forced: Page, site: Site) -> None:
    for state in STATES:
        forced.goto(site.document(state))
        moving = forced.evaluate(
            "[...document.querySelectorAll('*')].map(found => getComputedStyle(found))"
            ".filter(style => style.transitionDuration !== '0s').length"
        )
        # The warnings appear after a time; that is no motion.
        names = forced.evaluate("document.getAnimations().map(found => found.animationName)")
        assert (moving, set(names) <= {"connector-say"}) == (0, True), state
