"""What a customer typed, as the authenticator is to get it."""

from collections.abc import Mapping

from connector.authenticators.port import Ask, Field, Kind

LONGEST = 1000
"""Characters of one answer; more is cut, which no right answer is hurt by."""

_CODE_BREAKS = str.maketrans("", "", " \t\u00a0\u2009\u202f-\u2010\u2011\u2013")
"""What people put between the groups of a code, or paste with it."""


def tidy(ask: Ask, typed: Mapping[str, str]) -> dict[str, str]:
    """Return the answer to each field: codes without spaces and hyphens, texts trimmed, passwords as they are."""
    return {field.name: _tidy(field, typed.get(field.name, "")[:LONGEST]) for field in ask.fields}


def missing(ask: Ask, answers: Mapping[str, str]) -> frozenset[str]:
    """Name the fields that nobody needs to be asked about: blank, none of the options, or not confirmed."""
    return frozenset(field.name for field in ask.fields if not _answered(field, answers[field.name]))


def showable(ask: Ask, answers: Mapping[str, str]) -> dict[str, str]:
    """Return what may be shown again: neither passwords nor codes."""
    secret = {Kind.PASSWORD, Kind.CODE}
    return {field.name: answers[field.name] for field in ask.fields if field.kind not in secret}


def _tidy(field: Field, text: str) -> str:
    match field.kind:
        case Kind.PASSWORD:
            return text
        case Kind.CODE:
            return text.translate(_CODE_BREAKS)
        case _:
            return text.strip()


def _answered(field: Field, answer: str) -> bool:
    match field.kind:
        case Kind.CHOICE:
            return answer in {option.value for option in field.options}
        case Kind.CONFIRMATION:
            return answer == "yes"
        case _:
            return answer != ""
