"""The backend's responses: the steps of docs/authenticator-api.yaml, as JSON."""

from typing import Any

from simulator.bank.texts import text

type Step = dict[str, Any]

POLL_SECONDS = 2


def sign_in(locale: str, *, wrong: bool = False) -> Step:
    """Ask for user name and password."""
    fields = [
        {"name": "user", "kind": "text", "label": text("user name", locale), "autocomplete": "username"},
        {"name": "password", "kind": "password"},
    ]
    return {"type": "ask", "fields": fields} | ({"error": text("wrong", locale)} if wrong else {})


def factors(locale: str) -> Step:
    """Ask which second factor to use."""
    options = [{"value": value, "label": text(value, locale)} for value in ("code", "app")]
    return {
        "type": "ask",
        "fields": [{"name": "factor", "kind": "choice", "label": text("which factor", locale), "options": options}],
    }


def code(locale: str, *, wrong: bool = False) -> Step:
    """Ask for the code that was sent to the phone."""
    field = {"name": "code", "kind": "code", "hint": text("code hint", locale)}
    return {"type": "ask", "fields": [field | ({"error": text("wrong code", locale)} if wrong else {})]}


def wait() -> Step:
    """Wait for the approval on the phone."""
    return {"type": "wait", "seconds": POLL_SECONDS}


def granted(external_id: str) -> Step:
    """Grant the account."""
    return {"type": "granted", "externalIds": [external_id]}


def denied(locale: str, reason: str, *, final: bool) -> Step:
    """Deny the account."""
    return {"type": "denied", "final": final, "text": text(reason, locale)}
