"""The delivery function: moto's table and secrets, a simulated Sage on a real socket."""

import io
import json
import time
from collections import Counter
from contextlib import redirect_stdout

import pytest

from connector.journey import start
from connector.journey import updates as journey
from connector.notification.accept import notify
from connector.session.authorisation import Authorisation, Outcome, State
from connector.session.update import Lease
from local.stack.control import Control
from tests import sample
from tests.deployment import Deployment
from tests.metrics import metrics_in


def undelivered(stack: Deployment, control: Control, count: int = 1, *, decided_ago: int = 60) -> list[str]:
    """Record outcomes of authorisations that Sage has started; the functions were killed before the PATCH."""
    account = control.get("/accounts")["accounts"][0]
    control.put(f"/accounts/{account['bankAccountId']}/status", {"status": "authRequired"})
    now = time.time() - decided_ago
    sessions = []
    for _ in range(count):
        session = control.post("/start", {"bankAccountId": account["bankAccountId"]})["authorisation_id"]
        stack.store.apply(notify(session, sample.BANK_ID, session_minutes=20, now=now))
        stack.store.apply(
            start.open_session(
                session,
                external_id=sample.EXTERNAL_ID,
                bank_account=None,
                redirect_uri=sample.REDIRECT_URI,
                sage_state=sample.SAGE_STATE,
                ticket=sample.TICKET,
                now=now,
            )
        )
        lease = Lease.until_after(30, now)
        stack.store.apply(
            journey.decide(session, sample.TICKET, Outcome.SUCCESS, status="success", lease=lease, now=now)
        )
        sessions.append(session)
    return sessions


def relay(stack: Deployment, seconds: int = 60) -> Counter[str]:
    """Invoke the function as the schedule does, with this time-out; return the metrics that it wrote."""
    stack.function("delivery")
    written = io.StringIO()
    with redirect_stdout(written):
        stack.invoke("delivery", {}, seconds)
    return metrics_in(written.getvalue())


def found(stack: Deployment, session: str) -> Authorisation:
    kept = stack.store.find(session)
    assert kept
    return kept


def progress(control: Control, session: str) -> str:
    return str(control.get(f"/authorisations/{session}")["progress"])


def test_the_outcome_of_a_killed_function_is_delivered_within_the_minute(stack: Deployment, control: Control) -> None:
    sessions = undelivered(stack, control, 3)
    metrics = relay(stack)
    assert {progress(control, session) for session in sessions} == {"succeeded"}
    assert {found(stack, session).state for session in sessions} == {State.DELIVERED}
    assert metrics["OutcomeDelivered"] == 3
    assert metrics["OutcomesUndelivered"] == 0


def test_the_undelivered_outcomes_and_the_age_of_the_oldest_are_measured(stack: Deployment, control: Control) -> None:
    undelivered(stack, control, 2, decided_ago=400)
    control.post("/faults", {"party": "provider_api", "faults": [{"kind": "drop_before"}], "probability": 1.0})
    metrics = relay(stack, seconds=17)
    assert metrics["OutcomesUndelivered"] == 2
    assert 400 <= metrics["OldestUndeliveredSeconds"] <= 460
    assert metrics["DeliveryPostponed"] >= 2


def test_a_postponed_outcome_is_tried_again_in_the_same_invocation(stack: Deployment, control: Control) -> None:
    [session] = undelivered(stack, control)
    control.post("/faults", {"party": "provider_api", "faults": [{"kind": "status", "status": 503}]})
    metrics = relay(stack)
    assert (metrics["DeliveryPostponed"], metrics["OutcomeDelivered"]) == (1, 1)
    assert progress(control, session) == "succeeded"


def test_an_expired_session_is_recorded_and_counted(stack: Deployment, control: Control) -> None:
    [session] = undelivered(stack, control, decided_ago=1260)
    metrics = relay(stack)
    assert metrics["OutcomeExpired"] == 1
    assert found(stack, session).state is State.EXPIRED
    assert control.get(f"/authorisations/{session}")["reports"] == []


def test_a_token_that_was_revoked_early_costs_one_more_request(stack: Deployment, control: Control) -> None:
    first, second = undelivered(stack, control, 2)
    control.post("/faults", {"party": "provider_api", "faults": [{"kind": "revoke_token"}]})
    relay(stack)
    assert (progress(control, first), progress(control, second)) == ("succeeded", "succeeded")


@pytest.mark.parametrize("kind", ["drop_after", "status_after", "truncated", "malformed"])
def test_an_answer_that_is_lost_or_broken_ends_as_delivered(stack: Deployment, control: Control, kind: str) -> None:
    [session] = undelivered(stack, control)
    control.post("/faults", {"party": "provider_api", "faults": [{"kind": kind, "status": 500}]})
    relay(stack)
    assert found(stack, session).state is State.DELIVERED
    assert progress(control, session) == "succeeded"


def test_the_client_secret_is_rotated_without_a_deployment(
    stack: Deployment, control: Control, monkeypatch: pytest.MonkeyPatch
) -> None:
    undelivered(stack, control)
    before = control.get("/sage-id/client-secret")
    arn = stack.environment["CREDENTIALS_SECRET_ARN"]
    kept = json.loads(stack.secrets.get_secret_value(SecretId=arn)["SecretString"])
    relay(stack)
    try:
        rotated = control.post("/sage-id/client-secret", {})
        # The current token is used on; Sage ID gets no request before the deployer has stored the new client secret.
        stack.cold()
        [session] = undelivered(stack, control)
        relay(stack)
        assert progress(control, session) == "succeeded"
        stack.secrets.put_secret_value(SecretId=arn, SecretString=json.dumps(kept | rotated))
        # A warm environment of sage_token has the old client secret in memory, and another token is needed now.
        [session] = undelivered(stack, control)
        control.post("/sage-id/revocations", {})
        vault = stack.function("sage_token").sage_id.credentials
        monkeypatch.setattr(vault, "_clock", lambda: time.time() + vault.RELOAD_SECONDS)
        relay(stack)
        assert progress(control, session) == "succeeded"
    finally:
        control.post("/sage-id/client-secret", before)
