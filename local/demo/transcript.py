"""The exchanges between the parties, one line each."""

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
    """Write exchanges in the order in which they began; the same again and again is one line."""
    # Of two that began in the same millisecond, the longer one is what led to the other.
    in_order = sorted(exchanges, key=lambda exchange: (str(exchange["at"]), -float(exchange["milliseconds"])))
    for _, alike in groupby(in_order, key=_what):
        first, *again = alike
        yield _line(first, 1 + len(again), colour=colour)


def _what(exchange: dict[str, Any]) -> tuple[Any, ...]:
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
    """Shorten ids, and what is still too long."""
    short = _ID.sub(r"\1…", path)
    return short if len(short) <= PATH_WIDTH else f"{short[: PATH_WIDTH - 1]}…"
