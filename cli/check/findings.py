"""A check, and what it finds."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

import requests

from cli.check.subject import Subject


class Wrong(Exception):  # noqa: N818 - a finding, not an error of the program
    """The connector does something wrong; the message says what."""


class Untested(Exception):  # noqa: N818 - likewise
    """It cannot be told from here; the message says what is missing."""


class Result(StrEnum):
    """What came of a check."""

    RIGHT = "right"
    WRONG = "wrong"
    UNTESTED = "untested"


@dataclass(frozen=True)
class Check:
    """Something that a connector must do, and the code that tries it: it raises Wrong or Untested, or all is well."""

    area: str
    promise: str
    try_it: Callable[[Subject], None]


@dataclass(frozen=True)
class Finding:
    """What one check found."""

    area: str
    promise: str
    result: Result
    said: str = ""


def find(checks: Iterable[Check], subject: Subject) -> Iterator[Finding]:
    """Try each, whatever became of those before it."""
    for check in checks:
        try:
            check.try_it(subject)
        except Wrong as wrong:
            yield Finding(check.area, check.promise, Result.WRONG, str(wrong))
        except Untested as untested:
            yield Finding(check.area, check.promise, Result.UNTESTED, str(untested))
        except requests.RequestException as error:
            yield Finding(check.area, check.promise, Result.WRONG, f"no answer: {type(error).__name__}")
        else:
            yield Finding(check.area, check.promise, Result.RIGHT)


def expect(answer: requests.Response, *statuses: int) -> None:
    """Raise Wrong unless the answer has one of these statuses."""
    if answer.status_code not in statuses:
        wanted = " or ".join(map(str, statuses))
        raise Wrong(f"answered {answer.status_code} instead of {wanted}")
