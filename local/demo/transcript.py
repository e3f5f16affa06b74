"""The transcript: one line for each exchange between the parties."""

import re
from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import Any

NAMES = {
    "banking_service": "Banking Service",
    "browser": "customer",
    "consumer_api": "Consumer API",
    "provider_api": "Provider API",
    "sage_id": "Sage ID",
}
NAME_WIDTH = 15
PATH_WIDTH = 40
GREEN, RED, PLAIN = "\x1b[32m", "\x1b[31m", "\x1b[0m"
FIRST_ERROR = 400

_ID = re.compile(r"([0-9a-f]{8})-[0-9a-f-]{27}")


def transcript(exchanges: Iterable[dict[str, Any]], *, colour: bool = False) -> Iterator[str]:
    """Return the lines in the order in which the exchanges began. Equal exchanges in a row are one line."""
    # If two exchanges began in the same millisecond, the longer one caused the shorter one.
    in_order = sorted(exchanges, key=lambda exchange: (str(exchange["at"]), -float(exchange["milliseconds"])))
    for _, equal in groupby(in_order, key=_content):
        first, *repeated = equal
        yield _line(first, 1 + len(repeated), colour=colour)


def _content(exchange: dict[str, Any]) -> tuple[Any, ...]:
    return tuple(exchange[key] for key in ("from", "to", "method", "path", "status"))


def _line(exchange: dict[str, Any], times: int, *, colour: bool) -> str:
    status = exchange["status"] or "---"
    if colour:
        failed = exchange["status"] is None or exchange["status"] >= FIRST_ERROR
        status = f"{RED if failed else GREEN}{status}{PLAIN}"
    line = (
        f"{_name(exchange['from']):>{NAME_WIDTH}} → {_name(exchange['to']):<{NAME_WIDTH}} "
        f"{exchange['method']:<5} {_path(exchange['path']):<{PATH_WIDTH}} "
        f"{status} {exchange['milliseconds']:>6.0f} ms"
    )
    return line if times == 1 else f"{line}  x{times}"


def _name(party: str) -> str:
    return NAMES.get(party, party)


def _path(path: str) -> str:
    """Shorten ids, and then the whole path."""
    short = _ID.sub(r"\1…", path)
    return short if len(short) <= PATH_WIDTH else f"{short[: PATH_WIDTH - 1]}…"
