import pytest

from connector.pages.rendering.languages import LANGUAGES, preferred, translations


@pytest.mark.parametrize(
    ("header", "language"),
    [
        (None, "en"),
        ("", "en"),
        ("de", "de"),
        ("de-AT", "de"),
        ("PT-br", "pt"),
        ("fr-CH, fr;q=0.9, en;q=0.8, de;q=0.7, *;q=0.5", "fr"),
        ("en;q=0.2, es;q=0.8", "es"),
        ("es; q=0.8, de ; q=0.9", "de"),
        ("nl, de;q=0.5", "de"),
        ("nl", "en"),
        ("*", "en"),
        ("nl, *;q=0.1", "en"),
        ("de;q=0, fr;q=0.1", "fr"),
        ("de-AT, de;q=0, fr;q=0.1", "fr"),
        ("de;q=high, fr;q=nan, es;q=7, pt;q=0.1", "pt"),
        (";;;,,,q=1", "en"),
        ("x" * 5000, "en"),
    ],
)
def test_the_best_language_of_ours_answers_what_the_customer_reads(header: str | None, language: str) -> None:
    assert preferred(header) == language


def test_a_header_without_end_is_not_read_to_its_end() -> None:
    assert preferred("nl," * 1000 + "de") == "en"


@pytest.mark.parametrize("language", LANGUAGES)
def test_one_minute_is_one_and_two_are_more(language: str) -> None:
    say = translations(language).ngettext
    one, two = (say("%(num)d minute", "%(num)d minutes", number) for number in (1, 2))
    assert one != two
