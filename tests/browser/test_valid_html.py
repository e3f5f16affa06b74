"""What a standard checker says of every page."""

from pathlib import Path

import html5lib  # type: ignore[import-untyped]  # it ships no types
import pytest

from connector.pages.rendering.pages import Pages
from tests.browser.checker import check
from tests.browser.site import settings
from tests.browser.states import EMBEDDABLE, STATES, render

BASE_URL = "https://connector.example/live"
AROUND = """<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>Stranger</title></head><body><h1>Stranger</h1>{}</body></html>"""


def test_every_document_is_valid_html(tmp_path: Path) -> None:
    pages = Pages(settings())
    assert check({state: render(pages, state, BASE_URL).body for state in STATES}, tmp_path) == []


def test_every_fragment_is_valid_where_it_is_put(tmp_path: Path) -> None:
    pages = Pages(settings(), document=False)
    embedded = {state: AROUND.format(render(pages, state, BASE_URL).body) for state in EMBEDDABLE}
    assert check(embedded, tmp_path) == []


@pytest.mark.parametrize("state", EMBEDDABLE)
def test_a_fragment_needs_no_repair_by_a_strict_parser(state: str) -> None:
    parser = html5lib.HTMLParser(strict=True)
    parser.parseFragment(render(Pages(settings(), document=False), state, BASE_URL).body, container="body")


def test_the_checker_does_find_what_is_wrong(tmp_path: Path) -> None:
    assert check({"wrong": AROUND.format("<ul><p>Not in a list</p></ul>")}, tmp_path) != []
