"""The layer contains the templates as modules. A page from a module is the page from its template."""

from pathlib import Path

import pytest

from connector.pages.rendering import environment as templates
from connector.pages.rendering.pages import Pages
from tests.browser.site import settings
from tests.browser.states import STATES, render

NOW = 1_800_000_000.0


@pytest.fixture(scope="module")
def compiled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("compiled")
    templates.compile_templates(folder)
    return folder


@pytest.mark.slow
@pytest.mark.parametrize("language", ["en", "de"])
def test_each_page_is_the_same_from_the_compiled_templates(
    compiled: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, language: str
) -> None:
    monkeypatch.setattr("time.time", lambda: NOW)
    pages = Pages(settings(), clock=lambda: NOW, language=language)
    from_templates = [render(pages, state, "https://connector.example").body for state in STATES]

    monkeypatch.setattr(templates, "TEMPLATES", tmp_path)
    monkeypatch.setattr(templates, "COMPILED", compiled)
    templates.environment.cache_clear()
    try:
        from_modules = [render(pages, state, "https://connector.example").body for state in STATES]
    finally:
        templates.environment.cache_clear()

    assert from_modules == from_templates


def test_each_template_has_one_module(compiled: Path) -> None:
    assert len(list(compiled.glob("tmpl_*.py"))) == len(list(templates.TEMPLATES.glob("*.html")))
