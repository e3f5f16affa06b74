"""The catalogues hold every word of the pages, in every language."""

import io
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest
from babel.messages import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from connector.pages.rendering.languages import CATALOGUES, DOMAIN, LANGUAGES

TEMPLATES = sorted((CATALOGUES.parent / "templates").glob("*.html"))
TRANSLATED = LANGUAGES[1:]
OPTIONS = {"**.html": {"trim_blocks": "true", "lstrip_blocks": "true", "newstyle_gettext": "true"}}

_PLACEHOLDER = re.compile(r"%\(\w+\)[ds]")
_JINJA = re.compile(r"\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}", re.DOTALL)
_SPOKEN_ATTRIBUTE = re.compile(r'\b(?:alt|title|aria-label|placeholder)="([^"]*)"')
_TAG = re.compile(r"<[^>]*>")
_ATTRIBUTE = re.compile(r'[\w-]+="[^"]*"')


def said() -> set[str | tuple[str, ...]]:
    """Return every message of the templates."""
    found = extract_from_dir(
        CATALOGUES.parent / "templates",
        method_map=[("**.html", "jinja2")],
        options_map=OPTIONS,
        strip_comment_tags=True,
    )
    return {message for _, _, message, _, _ in found}


def catalogue(language: str) -> Catalog:
    with (CATALOGUES / language / "LC_MESSAGES" / f"{DOMAIN}.po").open("rb") as source:
        return read_po(source, locale=language)


def texts(value: str | Iterable[str] | None) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else tuple(value or ("",))


def unspoken(template: Path) -> Iterator[str]:
    """Yield what a template says itself, outside of any message."""
    text = _JINJA.sub("", template.read_text("utf-8"))
    # A macro of nothing but attributes has no tag around them.
    for spoken in (*_SPOKEN_ATTRIBUTE.findall(text), *_TAG.split(_ATTRIBUTE.sub("", text))):
        if any(letter.isalpha() for letter in spoken):
            yield spoken.strip()


def test_the_languages_are_those_that_have_a_catalogue() -> None:
    assert {path.parent.parent.name for path in CATALOGUES.glob(f"*/LC_MESSAGES/{DOMAIN}.po")} == set(TRANSLATED)


@pytest.mark.parametrize("language", TRANSLATED)
def test_every_message_is_translated_and_nothing_else_is(language: str) -> None:
    known = catalogue(language)
    assert {message.id for message in known if message.id} == said()
    assert [message.id for message in known if message.id and not all(texts(message.string))] == []
    assert [message.id for message in known if message.fuzzy and message.id] == []


@pytest.mark.parametrize("language", TRANSLATED)
def test_a_translation_has_the_placeholders_of_its_message(language: str) -> None:
    for message in catalogue(language):
        wanted = set(_PLACEHOLDER.findall(" ".join(texts(message.id))))
        assert all(set(_PLACEHOLDER.findall(text)) == wanted for text in texts(message.string) if message.id), (
            message.id
        )


@pytest.mark.parametrize("language", TRANSLATED)
def test_what_the_functions_read_is_compiled_from_the_catalogue(language: str) -> None:
    compiled = io.BytesIO()
    write_mo(compiled, catalogue(language))
    assert (CATALOGUES / language / "LC_MESSAGES" / f"{DOMAIN}.mo").read_bytes() == compiled.getvalue()


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda template: template.name)
def test_a_template_says_nothing_outside_of_the_catalogues(template: Path) -> None:
    assert list(unspoken(template)) == []


def test_words_outside_of_the_catalogues_would_be_seen(tmp_path: Path) -> None:
    template = tmp_path / "wrong.html"
    template.write_text('<p title="{{ _("Fine") }}">{{ _("Fine") }} Wrong</p><img alt="Wrong too">')
    assert sorted(unspoken(template)) == ["Wrong", "Wrong too"]
