"""The answers that a customer typed: normalised and checked before the authenticator gets them."""

from collections.abc import Mapping

from connector.authenticators.port import Ask, Field, Kind

LONGEST_ANSWER = 1000
"""Characters of one answer. The rest is cut off; no correct answer is longer."""

_CODE_SEPARATORS = str.maketrans("", "", " \t\u00a0\u2009\u202f-\u2010\u2011\u2013")
"""Spaces and hyphens that people type or paste between the groups of a code."""


def normalise(ask: Ask, typed: Mapping[str, str]) -> dict[str, str]:
    """Return the answer to each field: codes without spaces and hyphens, texts trimmed, passwords unchanged."""
    return {field.name: _normalised(field, typed.get(field.name, "")[:LONGEST_ANSWER]) for field in ask.fields}


def missing(ask: Ask, answers: Mapping[str, str]) -> frozenset[str]:
    """Name the fields without a usable answer: blank, none of the options, or not confirmed."""
    return frozenset(field.name for field in ask.fields if not _answered(field, answers[field.name]))


def without_secrets(ask: Ask, answers: Mapping[str, str]) -> dict[str, str]:
    """Return the answers that a page may show again: neither passwords nor codes."""
    return {field.name: answers[field.name] for field in ask.fields if not field.kind.is_secret}


def _normalised(field: Field, text: str) -> str:
    match field.kind:
        case Kind.PASSWORD:
            return text
        case Kind.CODE:
            return text.translate(_CODE_SEPARATORS)
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
