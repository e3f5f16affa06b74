"""A check of one requirement, and its finding."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

import requests


class RequirementBrokenError(Exception):
    """The requirement is broken. The message says how."""


class NotTestableError(Exception):
    """The check cannot run. The message says why."""


class Result(StrEnum):
    """The result of a check."""

    RIGHT = "right"
    WRONG = "wrong"
    UNTESTED = "untested"


@dataclass(frozen=True)
class Check[Subject]:
    """A requirement, and the code that tests it: `run` returns, or raises one of the two errors above."""

    area: str
    requirement: str
    run: Callable[[Subject], None]


@dataclass(frozen=True)
class Finding:
    """The result of one check."""

    area: str
    requirement: str
    result: Result
    detail: str = ""


def run_checks[Subject](checks: Iterable[Check[Subject]], subject: Subject) -> Iterator[Finding]:
    """Run every check, whatever the results of the earlier ones."""
    for check in checks:
        yield Finding(check.area, check.requirement, *_run(check, subject))


def _run[Subject](check: Check[Subject], subject: Subject) -> tuple[Result, str]:
    try:
        check.run(subject)
    except RequirementBrokenError as error:
        return Result.WRONG, str(error)
    except NotTestableError as error:
        return Result.UNTESTED, str(error)
    except requests.RequestException as error:
        return Result.WRONG, f"no response: {type(error).__name__}"
    return Result.RIGHT, ""


def expect(response: requests.Response, status: int) -> None:
    """Raise RequirementBrokenError unless the response has this status."""
    if response.status_code != status:
        raise RequirementBrokenError(f"the status is {response.status_code} instead of {status}")
