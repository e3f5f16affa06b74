"""A fragment in somebody else's page: neither changes the other; without style and script it can still be read."""

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.site import Site

LOOKS = [
    "color",
    "fontFamily",
    "fontSize",
    "fontStyle",
    "letterSpacing",
    "lineHeight",
    "textTransform",
    "margin",
    "float",
    "width",
    "height",
]


@pytest.fixture
def page(chromium: Browser) -> Page:
    return chromium.new_context(viewport={"width": 1000, "height": 800}).new_page()


def computed_style(page: Page, selector: str) -> dict[str, str]:
    looks: dict[str, str] = page.locator(selector).first.evaluate(
        "(shown, names) => Object.fromEntries(names.map(name => [name, getComputedStyle(shown)[name]]))", LOOKS
    )
    return looks


@pytest.mark.parametrize("part", [".connector-title", "p:not([class])", "dd", "li", "button", "a"])
def test_the_fragment_has_the_same_style_as_a_page_of_ours(page: Page, site: Site, part: str) -> None:
    selector = f"#connector-page {part}"
    page.goto(site.document("start"))
    on_ours = computed_style(page, selector)
    page.goto(site.embedded("start"))
    assert computed_style(page, selector) == on_ours


def test_the_page_around_the_fragment_keeps_its_style(page: Page, site: Site) -> None:
    page.goto(site.embedded("start"))
    around = ("h1", "#before", "#after")
    with_it = [computed_style(page, selector) for selector in around]
    page.evaluate("document.getElementById('dialogue').replaceChildren()")
    assert [computed_style(page, selector) for selector in around] == with_it
    assert page.title() == "Stranger"


def test_its_ids_are_its_own_and_its_heading_is_below_the_pages(page: Page, site: Site) -> None:
    page.goto(site.embedded("start"))
    ids: list[str] = page.evaluate("[...document.querySelectorAll('#dialogue [id]')].map(found => found.id)")
    assert ids
    assert all(found.startswith("connector-") for found in ids)
    expect(page.get_by_role("heading", level=1)).to_have_text("Stranger")
    expect(page.get_by_role("heading", level=2)).to_have_text("Reconnect your account")


def test_where_style_and_script_are_blocked_it_reads_in_order_and_warns_of_nothing(page: Page, site: Site) -> None:
    page.goto(f"{site.embedded('start')}?strict")
    region = page.get_by_role("region", name="Reconnect your account")
    said = " ".join(region.inner_text().split())
    assert said.startswith("Example Bank Start Confirm Back to Sage Reconnect your account")
    assert "Time left: 19 minutes Continue Cancel Need help?" in said
    assert "less than 5 minutes" not in said


def test_it_speaks_its_own_language_in_a_page_of_another(page: Page, site: Site) -> None:
    page.goto(site.embedded("start", "de"))
    assert page.locator("html").get_attribute("lang") == "en"
    assert page.locator("#connector-page").get_attribute("lang") == "de"
