"""The sentence for each event of a history, as `connector show` prints it."""

from collections.abc import Mapping
from typing import Any

_SENTENCES = {
    "requested": "The provider requested a re-authorisation.",
    "posted": "The statement that marks the account authRequired was posted.",
    "running": "Banking Service is processing the statement.",
    "accepted": "Banking Service processed the statement.",
    "abandoned": "The request was given up.",
    "notified": "Banking Service notified the connector that the authorisation started.",
    "opened": "The customer's page was opened; the authorisation is used.",
    "begun": "The customer pressed Continue; the authenticator begins.",
    "claimed": "The customer submitted the page; the authenticator checks the answer.",
    "counted": "An answer whose result was never received was counted as an attempt, because another one came.",
    "released": "The answer could not be checked. The customer may submit it again.",
    "prompted": "The customer was shown the next prompt.",
    "decided": "The outcome was recorded.",
    "leased": "A delivery began.",
    "postponed": "Banking Service did not acknowledge the outcome; the next attempt is scheduled.",
    "delivered": "Banking Service acknowledged the outcome.",
    "rejected": "Banking Service refused.",
    "expired": "The authorisation expired before Banking Service acknowledged the outcome.",
    "confirm_retried": "The account that externalId names is not authorised again yet.",
    "confirmed": "The account that externalId names is authorised again.",
    "disconnected": "The customer disconnected the account.",
    "confirm_timed_out": "The account that externalId names did not become authorised in time.",
}


def sentence(event: Mapping[str, Any]) -> str:
    """Write one event as a sentence, with its details in brackets."""
    details = ", ".join(f"{name} {value}" for name, value in event.items() if name not in {"at", "event", "id"})
    text = _SENTENCES.get(event["event"], f"{str(event['event']).capitalize()}.")
    return f"{text} ({details})" if details else text
