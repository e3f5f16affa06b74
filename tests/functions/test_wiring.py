"""The handlers give each use case what it needs: Lambda's remaining time, the rates, and the metrics of the alarms."""

import io
import json
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import redirect_stdout
from typing import Any

import pytest

from connector.delivery.updates import deliver
from connector.journey.start import open_session
from connector.journey.updates import decide
from connector.notification.accept import notify
from connector.session.authorisation import Authorisation, Outcome, State
from connector.session.update import Lease
from local.stack.control import Control
from local.stack.simulator_state import Simulator
from tests import sample
from tests.deployment import BASE_URL, Deployment, deployment
from tests.fakes.person import Person
from tests.metrics import metrics_in

TWO_PER_SECOND = {"RelayRatePerSecond": "2", "ConfirmationsPerSecond": "2", "ReauthRequestsPerSecond": "2"}
"""Calls to the Provider API. Two environments share the rate of the requests."""
THREE_CALLS_SECONDS = 1.0
"""The shortest time in which three calls keep that rate."""


@pytest.fixture
def stack(sage: Simulator, control: Control) -> Iterator[Deployment]:
    control.register_connector(BASE_URL)
    control.patch("/settings", {"notification_delay_seconds": 86_400})
    with deployment(sage, PublicUrl=BASE_URL, **TWO_PER_SECOND) as deployed:
        yield deployed


def decided(stack: Deployment, control: Control, *, ago: float = 60) -> Authorisation:
    """Record a success that Sage waits for; the function was killed before its PATCH."""
    account = control.get("/accounts")["accounts"][0]
    control.put(f"/accounts/{account['bankAccountId']}/status", {"status": "authRequired"})
    session = control.post("/start", {"bankAccountId": account["bankAccountId"]})["authorisation_id"]
    now = time.time() - ago
    stack.store.apply(notify(session, account["bankId"], session_minutes=20, now=now))
    opened = open_session(
        session,
        external_id=account["externalId"],
        bank_account=None,
        redirect_uri=sample.REDIRECT_URI,
        sage_state=sample.SAGE_STATE,
        ticket=sample.TICKET,
        now=now,
    )
    stack.store.apply(opened)
    lease = Lease.until_after(30, now)
    return stack.store.apply(decide(session, sample.TICKET, Outcome.SUCCESS, status="success", lease=lease, now=now))


def delivered(stack: Deployment, control: Control, *, ago: float = 60) -> Authorisation:
    return stack.store.apply(deliver(decided(stack, control, ago=ago), how="acknowledged", now=time.time() - ago))


def requested(stack: Deployment, control: Control, count: int) -> list[dict[str, str]]:
    """Receive so many messages of the queue."""
    url = stack.queues["ReauthRequestsQueue"]
    for account in control.get("/accounts")["accounts"][:count]:
        body = {name: account[name] for name in ("bankAccountId", "bankId")}
        stack.sqs.send_message(QueueUrl=url, MessageBody=json.dumps(body))
    received = stack.sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10)["Messages"]
    assert len(received) == count
    return [{"messageId": m["MessageId"], "receiptHandle": m["ReceiptHandle"], "body": m["Body"]} for m in received]


def metrics_of(stack: Deployment, function: str, event: dict[str, Any], seconds: int = 60) -> Counter[str]:
    """Invoke a function; return the metrics that CloudWatch gets."""
    stack.function(function)
    written = io.StringIO()
    with redirect_stdout(written):
        stack.invoke(function, event, seconds)
    return metrics_in(written.getvalue())


def calls(control: Control, method: str) -> int:
    return sum(exchange["method"] == method and "/v1/" in exchange["path"] for exchange in control.exchanges())


def state_of(stack: Deployment, session: Authorisation) -> State:
    found = stack.store.find(session.authorisation_id)
    assert found
    return found.state


# What the alarms wait for.


def test_an_outcome_that_sage_refuses_is_counted_as_rejected(stack: Deployment, control: Control) -> None:
    session = decided(stack, control)
    control.post("/faults", {"party": "provider_api", "faults": [{"kind": "status", "status": 404}]})

    assert metrics_of(stack, "delivery", {})["OutcomeRejected"] == 1
    assert state_of(stack, session) is State.REJECTED


def test_a_rejection_while_the_customer_waits_is_counted(
    stack: Deployment, sage: Simulator, control: Control, capsys: pytest.CaptureFixture[str]
) -> None:
    person = Person(stack, sage, "anna")
    person.press("continue")
    failing = {"party": "provider_api", "endpoint": "PATCH *", "faults": [{"kind": "status", "status": 404}]}
    control.post("/faults", failing)
    capsys.readouterr()

    person.press("answer", confirm="yes")

    assert person.session.state is State.REJECTED
    assert metrics_in(capsys.readouterr().out)["OutcomeRejected"] == 1


def test_an_account_that_did_not_become_authorised_is_counted(stack: Deployment, control: Control) -> None:
    delivered(stack, control, ago=31 * 60)

    assert metrics_of(stack, "confirmation", {})["AccountNotConfirmed"] == 1


def test_the_relay_measures_its_outbox_also_where_it_is_empty(stack: Deployment) -> None:
    metrics = metrics_of(stack, "delivery", {})

    assert (metrics["OutcomesUndelivered"], metrics["OldestUndeliveredSeconds"]) == (0, 0)


def test_an_outcome_that_cannot_be_read_fails_the_invocation_and_no_other_outcome(
    stack: Deployment, control: Control
) -> None:
    broken, whole = decided(stack, control), decided(stack, control)
    stack.table.update_item(Key={"authorisation_id": broken.authorisation_id}, UpdateExpression="REMOVE expires_at")

    with pytest.raises(ExceptionGroup):
        stack.invoke("delivery", {}, 60)
    assert state_of(stack, whole) is State.DELIVERED


# Lambda's remaining time.


def test_the_relay_begins_nothing_that_lambda_would_not_let_it_end(stack: Deployment, control: Control) -> None:
    session = decided(stack, control)

    stack.invoke("delivery", {}, 14)

    assert (state_of(stack, session), calls(control, "PATCH")) == (State.DECIDED, 0)


def test_one_outcome_that_an_operator_has_delivered_is_not_sent_where_lambda_leaves_no_time(
    stack: Deployment, control: Control
) -> None:
    session = decided(stack, control)

    assert stack.invoke("delivery", {"authorisation_id": session.authorisation_id}, 4)["state"] == "decided"
    assert calls(control, "PATCH") == 0


def test_the_confirmation_begins_nothing_that_lambda_would_not_let_it_end(stack: Deployment, control: Control) -> None:
    delivered(stack, control)

    stack.invoke("confirmation", {}, 20)

    assert calls(control, "POST") == 0


def test_a_request_is_not_begun_where_lambda_would_not_let_it_end(stack: Deployment, control: Control) -> None:
    records = requested(stack, control, 2)

    answer = stack.invoke("reauth_request", {"Records": records}, 20)

    assert len(answer["batchItemFailures"]) == 2
    assert calls(control, "POST") == 0


def test_a_customer_s_outcome_is_left_to_the_relay_where_lambda_leaves_no_time(
    stack: Deployment, sage: Simulator, control: Control, monkeypatch: pytest.MonkeyPatch
) -> None:
    person = Person(stack, sage, "anna")
    person.press("continue")
    invoke = stack.invoke
    monkeypatch.setattr(stack, "invoke", lambda function, event, seconds=4: invoke(function, event, seconds))

    person.press("answer", confirm="yes")

    assert (person.session.outcome, person.session.state) == (Outcome.SUCCESS, State.DECIDED)
    assert calls(control, "PATCH") == 0


# The rates.


def test_the_relay_keeps_its_rate(stack: Deployment, control: Control) -> None:
    for _ in range(3):
        decided(stack, control)
    began = time.monotonic()

    stack.invoke("delivery", {}, 60)

    assert calls(control, "PATCH") == 3
    assert time.monotonic() - began >= THREE_CALLS_SECONDS


def test_the_confirmation_keeps_its_rate(stack: Deployment, control: Control) -> None:
    for _ in range(3):
        delivered(stack, control)
    began = time.monotonic()

    stack.invoke("confirmation", {}, 60)

    assert calls(control, "POST") == 3
    assert time.monotonic() - began >= THREE_CALLS_SECONDS


def test_the_requests_keep_their_rate(stack: Deployment, control: Control) -> None:
    records = requested(stack, control, 3)
    began = time.monotonic()

    stack.invoke("reauth_request", {"Records": records}, 120)

    assert calls(control, "POST") == 3
    assert time.monotonic() - began >= THREE_CALLS_SECONDS


def test_a_request_gives_way_to_the_outcomes_that_banking_service_has_not_acknowledged(
    stack: Deployment, control: Control
) -> None:
    for _ in range(2):
        decided(stack, control)
    records = requested(stack, control, 1)
    began = time.monotonic()

    stack.invoke("reauth_request", {"Records": records}, 120)

    assert calls(control, "POST") == 1
    assert time.monotonic() - began >= THREE_CALLS_SECONDS
