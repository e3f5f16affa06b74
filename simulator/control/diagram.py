"""The rows of the sequence diagram, made from the recorded exchanges."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

LANES = ("customer", "product", "Banking Service", "connector", "bank", "Sage ID")
_LANE_OF = {
    "browser": 0,
    "product": 1,
    "banking_service": 2,
    "consumer_api": 2,
    "provider_api": 2,
    "connector": 3,
    "bank": 4,
    "sage_id": 5,
}
_API_OF = {"consumer_api": "Consumer API", "provider_api": "Provider API"}
_ID = re.compile(r"([0-9a-f]{8})-[0-9a-f-]{27}")
_STAGE = re.compile(r"^/live(?=/)")
_READS_ONLY = re.compile(r"GET /(bankaccounts(/[^/]+)?|accounts/[^/]+/status|phones/.*|live/assets/.*)$")
FIRST_ERROR = 400
# Other faults are named by their status.
_FAULTS = {
    "delay": "late",
    "drop_before": "not processed",
    "drop_after": "answer lost",
    "malformed": "not JSON",
    "truncated": "answer cut",
    "twice": "sent twice",
    "revoke_token": "token revoked",
    "rotate_secret": "client secret replaced",
}


@dataclass(frozen=True)
class Row:
    """An exchange between two lanes. `left` and `width` are in lanes; `text` names the request."""

    entry: Mapping[str, Any]
    sender: str
    receiver: str
    left: float
    width: float
    direction: str
    text: str
    state: str
    reads_only: bool

    @property
    def fault(self) -> str:
        """The fault in words."""
        return _FAULTS.get(self.entry["fault"], str(self.entry["fault"]))

    @property
    def result(self) -> str:
        """The status of the response, in words where there is none."""
        if self.entry.get("pending"):
            return "…"
        return str(self.entry["status"] or "no answer")


def row(entry: Mapping[str, Any]) -> Row:
    """Return the row of an exchange."""
    start, end = _LANE_OF[entry["from"]], _LANE_OF[entry["to"]]
    path = _STAGE.sub("", _ID.sub(r"\1…", entry["path"]))
    api = _API_OF.get(entry["to"])
    return Row(
        entry=entry,
        sender=LANES[start],
        receiver=LANES[end],
        left=min(start, end) + 0.5,
        width=abs(end - start),
        direction="right" if end > start else "left",
        text=f"{entry['method']} {path}" + (f" ({api})" if api else ""),
        state=_state(entry),
        reads_only=_READS_ONLY.match(f"{entry['method']} {entry['path']}") is not None,
    )


def _state(entry: Mapping[str, Any]) -> str:
    if entry.get("pending"):
        return "pending"
    return "failed" if entry["status"] is None or entry["status"] >= FIRST_ERROR else "done"
