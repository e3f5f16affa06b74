"""Every page, in every state that a customer can meet it in."""

import time
from collections.abc import Callable
from dataclasses import replace

from connector.authenticators.port import Ask, Denied, Field, Kind, Option, Wait
from connector.journey.start import Started
from connector.journey.views import Checking, DeniedOnce, Ended, Interrupted, Prompted, SentTo, View, Waiting
from connector.pages.forms import Form
from connector.pages.journey import shown
from connector.pages.refusals import bad_request, other_browser, other_site, refused, trouble
from connector.pages.rendering.pages import Pages
from connector.pages.start import start
from connector.session.authorisation import Authorisation, Outcome, Refusal, State
from connector.web.gateway import Response
from tests import sample

HOME = "https://eu.sagebankdrive.com/return?journey=7&state=5c3bb1f5"
IBAN = "GB29NWBK60161331926819"

SIGN_IN = (Field(name="user", kind=Kind.TEXT, label="User name"), Field(name="password", kind=Kind.PASSWORD))
CODE = Field(name="code", kind=Kind.CODE, hint="We have sent 6 digits to the phone that ends in 42")
FACTORS = (
    Option("sms", "A code by text message", "To the phone that ends in 42"),
    Option("app", "An approval in the app"),
)
CHOICE = Field(name="factor", kind=Kind.CHOICE, options=FACTORS)
AGREE = Field(name="agree", kind=Kind.CONFIRMATION, label="I am the holder of this account")
EVERYTHING = (*SIGN_IN, replace(CODE, error="The code has 6 digits"), CHOICE, AGREE)
WRONG = "The user name or the password is not right"


def session(seconds_left: int = 1150) -> Authorisation:
    """Return a session that somebody opened."""
    return Authorisation(
        authorisation_id=sample.ID,
        state=State.OPENED,
        expires_at=int(time.time()) + seconds_left,
        external_id=IBAN,
        redirect_uri="https://eu.sagebankdrive.com/return?journey=7",
        sage_state="5c3bb1f5",
        ticket_hash="0" * 64,
        step=1,
    )


def _ended(state: State, outcome: Outcome, **more: str) -> Ended:
    return Ended(replace(session(), state=state, outcome=outcome, **more))  # type: ignore[arg-type]  # all are texts


def _prompted(
    *fields: Field, error: str = "", left: int = 5, missing: tuple[str, ...] = (), user: str = ""
) -> Prompted:
    typed = {"user": user} if user else {}
    return Prompted(session(), Ask(fields=fields, error=error), left, frozenset(missing), typed)


VIEWS: dict[str, Callable[[], View]] = {
    "confirm": lambda: _prompted(Field(name="confirm", kind=Kind.CONFIRMATION)),
    "sign-in": lambda: _prompted(*SIGN_IN),
    "sign-in-wrong": lambda: _prompted(*SIGN_IN, error=WRONG, left=4, user="kim"),
    "sign-in-missing": lambda: _prompted(*SIGN_IN, missing=("user", "password")),
    "code": lambda: _prompted(CODE),
    "code-wrong": lambda: _prompted(replace(CODE, error="The code is not right"), left=1),
    "choice": lambda: _prompted(CHOICE),
    "everything-wrong": lambda: _prompted(*EVERYTHING, missing=("user", "password", "factor", "agree"), left=3),
    "wait": lambda: Waiting(session(), Wait(seconds=3600)),
    "checking": lambda: Checking(session()),
    "sent-to": lambda: SentTo(session(), "https://bank.example/sign-in"),
    "sent-before": lambda: SentTo(session()),
    "denied-once": lambda: DeniedOnce(session(), Denied(final=False), 4),
    "interrupted": lambda: Interrupted(session(), "answer"),
    "denied": lambda: _ended(State.DECIDED, Outcome.FAILED, reason="denied"),
    "denied-said": lambda: Ended(
        _ended(State.DECIDED, Outcome.FAILED).authorisation, Denied(final=True, text="Locked.")
    ),
    "attempts-used": lambda: _ended(State.DECIDED, Outcome.FAILED, reason="attempts"),
    "account-not-waiting": lambda: _ended(State.DECIDED, Outcome.FAILED, reason="account_not_waiting"),
    "wrong-owner": lambda: _ended(State.DECIDED, Outcome.FAILED, reason="wrong_owner"),
    "finishing": lambda: _ended(State.DECIDED, Outcome.SUCCESS, status="success"),
    "not-accepted": lambda: _ended(State.REJECTED, Outcome.SUCCESS, status="success"),
    "done": lambda: _ended(State.DELIVERED, Outcome.SUCCESS, status="success"),
    "cancelled": lambda: _ended(State.DECIDED, Outcome.CANCELLED),
}
"""The pages that only our own origin shows."""

EMBEDDABLE = ("start", "start-warns", "start-over", "unknown", "used", "expired", "bad-request", "trouble")
"""The pages of GET /authrefresh, which may be part of somebody else's."""

STATES = (*EMBEDDABLE, "trouble-again", "other-browser", "other-site", "no_begins_left", *VIEWS)

_WITHOUT_SESSION = {"bad-request": bad_request, "other-browser": other_browser, "other-site": other_site}
_SECONDS_LEFT = {"start": 1150, "start-warns": 200, "start-over": 0}


def render(pages: Pages, state: str, base_url: str) -> Response:
    """Render one state as the functions do."""
    if state in _WITHOUT_SESSION:
        return _WITHOUT_SESSION[state](pages)
    match state:
        case "start" | "start-warns" | "start-over":
            return start(pages, Started(session(_SECONDS_LEFT[state]), sample.TICKET), base_url=base_url)
        case "unknown" | "used" | "expired" | "no_begins_left":
            return refused(pages, Refusal(state), return_url=HOME)
        case "trouble":
            return trouble(pages, return_url=HOME)
        case "trouble-again":
            brought = {"authorisation_id": sample.ID, "ticket": sample.TICKET}
            return trouble(pages, again=Form.retry(brought, base_url))
        case _:
            return shown(pages, VIEWS[state](), ticket=sample.TICKET, base_url=base_url)
