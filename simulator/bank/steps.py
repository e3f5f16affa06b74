"""What the bank's backend says: the steps of docs/authenticator-api.yaml, as JSON."""

from typing import Any

from simulator.bank.words import say

type Step = dict[str, Any]

LOOK_AGAIN_SECONDS = 2


def sign_in(locale: str, *, wrong: bool = False) -> Step:
    """Ask who it is."""
    fields = [
        {"name": "user", "kind": "text", "label": say("user name", locale), "autocomplete": "username"},
        {"name": "password", "kind": "password"},
    ]
    return {"type": "ask", "fields": fields} | ({"error": say("wrong", locale)} if wrong else {})


def factors(locale: str) -> Step:
    """Ask for the second factor of choice."""
    options = [{"value": value, "label": say(value, locale)} for value in ("code", "app")]
    return {
        "type": "ask",
        "fields": [{"name": "factor", "kind": "choice", "label": say("which factor", locale), "options": options}],
    }


def code(locale: str, *, wrong: bool = False) -> Step:
    """Ask for the code that was sent to the phone."""
    field = {"name": "code", "kind": "code", "hint": say("code hint", locale)}
    return {"type": "ask", "fields": [field | ({"error": say("wrong code", locale)} if wrong else {})]}


def wait() -> Step:
    """Wait for the phone."""
    return {"type": "wait", "seconds": LOOK_AGAIN_SECONDS}


def granted(external_id: str) -> Step:
    """Say whose account it is."""
    return {"type": "granted", "externalIds": [external_id]}


def denied(locale: str, what: str, *, final: bool) -> Step:
    """Say no."""
    return {"type": "denied", "final": final, "text": say(what, locale)}
