"""The languages of the pages, the best one for a customer, and its gettext catalogue (`locale/`)."""

import gettext
from functools import cache
from pathlib import Path

LANGUAGES = ("en", "fr", "de", "es", "pt")
"""The first is the language of the templates, and of customers who read none of the five."""

DOMAIN = "connector"
CATALOGUES = Path(__file__).parent / "locale"

_MOST = 32
"""Language ranges that are read. Browsers send about five."""


def preferred(accept_language: str | None) -> str:
    """Return the best language for an Accept-Language header (RFC 9110, 12.5.4; lookup as in RFC 4647, 3.4).

    `de-AT` gets `de`. Of languages with the same weight the first counts. Malformed ranges are skipped.
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
    # This comparison refuses "nan" too.
    return (tag.strip().lower(), weight) if 0 <= weight <= 1 else ("", 0.0)


@cache
def translations(language: str) -> gettext.NullTranslations:
    """Return the catalogue of one of LANGUAGES. The first needs none: its words are in the templates."""
    return gettext.translation(DOMAIN, CATALOGUES, [language], fallback=language == LANGUAGES[0])
