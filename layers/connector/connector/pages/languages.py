"""Which of the pages' languages a customer reads best, and its words (gettext catalogues in `locale/`)."""

import gettext
from functools import cache
from pathlib import Path

LANGUAGES = ("en", "fr", "de", "es", "pt")
"""The first is the language of the templates, and of whoever reads none of them."""

DOMAIN = "connector"
CATALOGUES = Path(__file__).parent / "locale"

_MOST = 32
"""Language ranges that are looked at; browsers send five or so."""


def preferred(accept_language: str | None) -> str:
    """Return the best of ours for an Accept-Language header (RFC 9110, 12.5.4; a lookup as in RFC 4647, 3.4).

    `de-AT` is served in `de`. Of languages with the same weight the first counts. What cannot be read is passed over.
    """
    ranges = [_weighed(part) for part in (accept_language or "").split(",")[:_MOST]]
    refused = {tag for tag, weight in ranges if weight == 0}
    for tag, weight in sorted(ranges, key=lambda pair: -pair[1]):
        found = LANGUAGES[0] if tag == "*" else tag.partition("-")[0]
        if weight > 0 and found in LANGUAGES and found not in refused:
            return found
    return LANGUAGES[0]


def _weighed(part: str) -> tuple[str, float]:
    tag, _, parameter = part.partition(";")
    name, _, value = parameter.partition("=")
    try:
        weight = float(value) if name.strip().lower() == "q" else 1.0
    except ValueError:
        return "", 0.0
    # Written so that "nan" is refused too.
    return (tag.strip().lower(), weight) if 0 <= weight <= 1 else ("", 0.0)


@cache
def translations(language: str) -> gettext.NullTranslations:
    """Return the words of one of LANGUAGES. Those of the first are the templates' own."""
    return gettext.translation(DOMAIN, CATALOGUES, [language], fallback=language == LANGUAGES[0])
