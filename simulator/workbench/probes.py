"""Requests that the connector must refuse. Each starts a re-authorisation of its own, and tells what came back."""

from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlencode
from uuid import uuid4

from bs4 import BeautifulSoup

from simulator.banking_service import SUBJECT, BankingService, authrefresh_query, started_notification
from simulator.rules.records import AccountStatus, Authorisation
from simulator.rules.refusals import UnsupportedOperationError
from simulator.tokens.authority import NOTIFICATION_AUDIENCE
from simulator.tokens.forgery import forge
from simulator.workbench.connector_stack import ConnectorStack

# The connector's sessions live 20 minutes.
PAST_THE_END_SECONDS = 21 * 60
ARRIVAL_SECONDS = 10


@dataclass(frozen=True)
class Answer:
    """What the connector answered: the status, and the heading of the page or the JSON body."""

    status: int
    text: str


@dataclass(frozen=True)
class Context:
    """The parties that a probe uses. `landing` is the product's page to which customers return."""

    service: BankingService
    stack: ConnectorStack
    landing: str

    def start(self) -> Authorisation:
        """Start a re-authorisation of the first account that needs one. Raises UnsupportedOperationError."""
        for account in self.service.records.accounts():
            if account.status is AccountStatus.AUTH_REQUIRED:
                back = f"{self.landing}?{urlencode({'account': account.bank_account_id})}"
                return self.service.start(account.bank_account_id, back)
        raise UnsupportedOperationError("no account needs re-authorisation: mark one in the product")

    def open(self, authorisation: Authorisation, **changed: str) -> Answer:
        """GET /authrefresh as the product's server does, with changed parameters."""
        query = dict(parse_qsl(authrefresh_query(authorisation))) | changed
        response = self.service.connector.fetch(urlencode(query), {"Accept": "text/html"})
        heading = BeautifulSoup(response.content, "html5lib").find(["h1", "h2"])
        return Answer(response.status_code, " ".join(heading.get_text().split()) if heading else "")

    def notify(self, authorisation: Authorisation, **headers: str | None) -> Answer:
        """POST /notification, with changed headers."""
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        response = self.service.notify(started_notification(authorisation), sent)
        return Answer(response.status_code, response.text)


@dataclass(frozen=True)
class Probe:
    """A request that must get the status `expected_status`. `expected` says why."""

    key: str
    title: str
    expected: str
    expected_status: int
    send: Callable[[Context], Answer]


def _opened_twice(context: Context) -> Answer:
    authorisation = context.start()
    context.open(authorisation)
    return context.open(authorisation)


def _unknown_id(context: Context) -> Answer:
    return context.open(context.start(), authorisation_id=str(uuid4()))


def _redirect_elsewhere(context: Context) -> Answer:
    return context.open(context.start(), redirect_uri="https://attacker.example/landing")


def _notified_twice(context: Context) -> Answer:
    return context.notify(context.start())


def _forged_token(context: Context) -> Answer:
    authority = context.service.authority
    token = forge(authority, authority.claims(NOTIFICATION_AUDIENCE, SUBJECT, 60), "unknown-key")
    return context.notify(context.start(), Authorization=f"Bearer {token}")


def _wrong_header(context: Context) -> Answer:
    return context.notify(context.start(), x_api_key="wrong")


def _after_the_end(context: Context) -> Answer:
    authorisation = context.start()
    clock = context.service.clock
    clock.move(PAST_THE_END_SECONDS)
    context.stack.wait_until_deployed(clock.moved_seconds, ARRIVAL_SECONDS)
    return context.open(authorisation)


PROBES = (
    Probe(
        "replay",
        "Open the same link a second time",
        "A session is opened once. Whoever opens the link again gets a page that says what to do next.",
        410,
        _opened_twice,
    ),
    Probe(
        "wrong-id",
        "Open a link with an id that was never notified",
        "Sage: “the request is not secure and should not be processed”. The page has no redirect.",
        403,
        _unknown_id,
    ),
    Probe(
        "redirect-elsewhere",
        "Send the customer to another site",
        "redirect_uri is not in RedirectOrigins. The connector stores nothing, and never redirects there.",
        400,
        _redirect_elsewhere,
    ),
    Probe(
        "expired",
        "Open a link after 21 minutes",
        "The clock moves by 21 minutes, and the session has ended. The page says so, and leads back to the product.",
        410,
        _after_the_end,
    ),
    Probe(
        "notification-replay",
        "Send the same notification again",
        "Notifications can be repeated. The second one changes nothing.",
        200,
        _notified_twice,
    ),
    Probe(
        "forged-token",
        "Send a notification with a forged token",
        "The token is signed with a key that Sage ID does not publish.",
        401,
        _forged_token,
    ),
    Probe(
        "wrong-header",
        "Send a notification with a wrong API key",
        "The value of the custom header is not the one in the credentials secret.",
        401,
        _wrong_header,
    ),
)

BY_KEY = {probe.key: probe for probe in PROBES}
