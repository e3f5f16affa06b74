"""What each step of a history means, in a sentence."""

from collections.abc import Mapping
from typing import Any

_SENTENCES = {
    "requested": "The provider asked for a re-authorisation.",
    "posted": "The statement that marks the account authRequired was posted.",
    "running": "Banking Service is working on the statement.",
    "accepted": "Banking Service processed the statement.",
    "abandoned": "The statement was given up.",
    "notified": "Banking Service notified us that the authorisation started.",
    "opened": "The customer's page was opened; the authorisation is used.",
    "claimed": "The customer submitted the page; their answer is being looked at.",
    "released": "The answer led nowhere: incomplete, or nobody could look at it. The customer may try again.",
    "prompt": "The customer was asked what comes next.",
    "decided": "The outcome was recorded.",
    "leased": "Delivery began.",
    "postponed": "Banking Service could not be told; it will be tried again.",
    "delivered": "Banking Service was told the outcome.",
    "rejected": "Banking Service refused.",
    "expired": "The authorisation ran out before Banking Service could be told.",
    "confirm_retried": "The account is not authorised again yet.",
    "confirmed": "The account is authorised again.",
    "confirm_timed_out": "The account was not seen to be authorised again.",
}


def tell(entry: Mapping[str, Any]) -> str:
    """Write one step, with what is known of it."""
    details = (f"{name} {value}" for name, value in entry.items() if name not in {"at", "event", "id"})
    said = ", ".join(details)
    sentence = _SENTENCES.get(entry["event"], f"{str(entry['event']).capitalize()}.")
    return f"{sentence} ({said})" if said else sentence
