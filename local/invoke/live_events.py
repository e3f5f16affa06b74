"""An event for each function, for which a running stack is prepared as the function needs it."""

import json
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode, urlsplit
from uuid import uuid4

from bs4 import BeautifulSoup

from cli.check.target import notification
from cli.errors import explained_aws_errors
from cli.stack import Stack
from connector.session.store import DynamoDBStore
from local.demo.customer import Customer
from local.invoke.banking_service import BankingService, SimulatedBankingService
from local.invoke.cloudformation import answered_requests
from local.invoke.http_events import example, http_event
from local.invoke.queue import queued_request
from local.machine.errors import LocalError


@dataclass(frozen=True)
class LiveEvent:
    """An event, and the sentence that says what it is."""

    event: Any
    about: str
    variables: dict[str, str] = field(default_factory=dict)
    """Environment variables that the event needs, beside those of the deployed function."""
    following: Callable[[Any], Any] = lambda _: None
    """Return the event that follows an answer, or None."""
    result: Callable[[], str] = str
    """Return what the function sent elsewhere, as a sentence; empty if nothing."""


@dataclass(frozen=True)
class Preparation:
    """The running stack, and what the developer chose."""

    stack: Stack
    banking_service: Callable[[], BankingService]
    authenticator: Callable[[], str]
    account: tuple[str, str] | None = None
    """Sage's bankAccountId and bankId. None: a new account of the simulator."""

    @property
    def api_url(self) -> str:
        """The URL of the deployed connector."""
        return self.stack.output("ApiUrl")

    def simulated(self) -> SimulatedBankingService | None:
        """Return the simulator, if the stack runs on this machine."""
        found = self.banking_service() if "simulator" in self.stack.outputs else None
        return found if isinstance(found, SimulatedBankingService) else None


def _notification(preparation: Preparation) -> LiveEvent:
    authorisation_id = str(uuid4())
    headers = preparation.banking_service().notification_headers()
    event = http_event(
        "notification", preparation.api_url, headers=headers, body=json.dumps(notification(authorisation_id))
    )
    return LiveEvent(event, f"POST /notification: Banking Service starts the authorisation {authorisation_id}")


def _authrefresh(preparation: Preparation) -> LiveEvent:
    query = preparation.banking_service().start()
    event = http_event("authrefresh", preparation.api_url, headers={}, query=query)
    return LiveEvent(event, f"GET /authrefresh of the authorisation {query['authorisation_id']}, which was notified")


def _completion(preparation: Preparation) -> LiveEvent:
    service = preparation.banking_service()
    query = service.start()
    page = service.open(query)
    form = BeautifulSoup(page.content, "html5lib").find("form")
    if form is None:
        raise LocalError(f"GET /authrefresh answers {page.status_code} without a form.")
    fields = {str(found["name"]): str(found.get("value", "")) for found in form.find_all("input")}
    url = urlsplit(preparation.api_url)
    event = http_event(
        "completion",
        preparation.api_url,
        headers={"Origin": f"{url.scheme}://{url.netloc}"},
        body=urlencode(fields | {"do": "continue"}),
    )
    return LiveEvent(event, f"POST /completion: the customer continues with {query['authorisation_id']}")


def _delivery(preparation: Preparation) -> LiveEvent:
    simulated = preparation.simulated()
    if simulated and preparation.authenticator() == "consent":
        # One refusal with a long Retry-After leaves the outcome in the outbox.
        refusal = {"kind": "status", "status": 503, "retry_after": "600"}
        plan = {"party": "provider_api", "endpoint": "PATCH /v1/authorisations/*", "faults": [refusal]}
        simulated.control.post("/faults", plan)
        authorisation_id = _succeed(simulated, preparation.api_url)
        return LiveEvent(
            {"authorisation_id": authorisation_id},
            f"deliver the outcome of {authorisation_id}, which Banking Service refused with 503",
        )
    with explained_aws_errors():
        store = DynamoDBStore(preparation.stack.dynamodb, preparation.stack.output("AuthorisationsTable"))
        entry = next(store.entries(), None)
    if entry:
        return LiveEvent({"authorisation_id": entry.authorisation_id}, f"deliver {entry.authorisation_id} now")
    return LiveEvent(example("delivery"), "the relay's schedule; the outbox is empty")


def _confirmation(preparation: Preparation) -> LiveEvent:
    simulated = preparation.simulated()
    if simulated and preparation.authenticator() == "consent":
        authorisation_id = _succeed(simulated, preparation.api_url)
        return LiveEvent(example("confirmation"), f"the schedule; the account of {authorisation_id} is to be confirmed")
    return LiveEvent(example("confirmation"), "the schedule; every account that is due is queried")


def _sage_token(_: Preparation) -> LiveEvent:
    return LiveEvent(example("sage_token"), "the schedule; the token is renewed if it is due")


def _succeed(simulated: SimulatedBankingService, api_url: str) -> str:
    """Let a customer consent; return the id of the authorisation."""
    query = simulated.start()
    customer = Customer()
    customer.open(f"{api_url}/authrefresh?{urlencode(query)}")
    customer.press("Continue")
    customer.press("Confirm")
    return query["authorisation_id"]


@contextmanager
def _brand_check(_: Preparation) -> Iterator[LiveEvent]:
    with answered_requests() as (url, answers):
        event = example("brand_check") | {"ResponseURL": url}
        about = f"CloudFormation asks whether {event['ResourceProperties']['BrandColour']} can be read"
        yield LiveEvent(event, about, result=lambda: f"CloudFormation received {' '.join(answers)}")


@contextmanager
def _reauth_request(preparation: Preparation) -> Iterator[LiveEvent]:
    account = preparation.account
    if account is None:
        simulated = preparation.simulated()
        if simulated is None:
            raise LocalError("Name the account of the sandbox: make invoke FUNCTION=reauth_request ACCOUNT=… BANK=…")
        linked = simulated.account("active")
        account = linked["bankAccountId"], linked["bankId"]
    request = dict(zip(("bankAccountId", "bankId"), account, strict=True))
    with queued_request(preparation.stack, request) as queue:
        yield LiveEvent(
            queue.received(),
            f"a message of the queue: re-authorise {account[0]}",
            {"REAUTH_REQUESTS_QUEUE_URL": queue.url},
            lambda answer: queue.received() if answer and answer.get("batchItemFailures") else None,
        )


_SIMPLE: dict[str, Callable[[Preparation], LiveEvent]] = {
    "authrefresh": _authrefresh,
    "completion": _completion,
    "confirmation": _confirmation,
    "delivery": _delivery,
    "notification": _notification,
    "sage_token": _sage_token,
}
_SERVED = {"brand_check": _brand_check, "reauth_request": _reauth_request}


def live_event(function: str, preparation: Preparation) -> AbstractContextManager[LiveEvent]:
    """Prepare the stack for a function. What the event needs exists until the context ends. Raise LocalError."""
    return _SERVED[function](preparation) if function in _SERVED else nullcontext(_SIMPLE[function](preparation))
