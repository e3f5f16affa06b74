"""The sweep's function, whole: moto's table and secrets, a simulated Sage on a real socket."""

import io
import json
import time
from contextlib import redirect_stdout
from typing import Any

import pytest

from connector.delivery.updates import take_lease
from connector.notification.accept import notify
from connector.session import updates
from connector.session.authorisation import Authorisation, Outcome, State
from local.stack.control import Control
from tests import sample
from tests.deployment import Deployment


def owe(stack: Deployment, control: Control, count: int = 1, *, decided_ago: int = 60) -> list[str]:
    """Let authorisations that Sage has begun be decided and not delivered: their functions died."""
    account = control.get("/accounts")["accounts"][0]
    control.put(f"/accounts/{account['bankAccountId']}/status", {"status": "authRequired"})
    now = time.time() - decided_ago
    sessions = []
    for _ in range(count):
        session = control.post("/start", {"bankAccountId": account["bankAccountId"]})["authorisation_id"]
        stack.store.apply(notify(session, sample.BANK_ID, session_minutes=20, now=now))
        stack.store.apply(
            updates.open_session(
                session,
                external_id=sample.EXTERNAL_ID,
                bank_account=None,
                redirect_uri=sample.REDIRECT_URI,
                sage_state=sample.SAGE_STATE,
                ticket=sample.TICKET,
                now=now,
            )
        )
        lease = updates.Lease.until_after(30, now)
        stack.store.apply(
            updates.decide(session, sample.TICKET, Outcome.SUCCESS, status="success", lease=lease, now=now)
        )
        sessions.append(session)
    return sessions


def sweep(stack: Deployment) -> dict[str, Any]:
    """Invoke the function as the schedule does; return the metrics that it wrote."""
    stack.function("delivery")
    written = io.StringIO()
    with redirect_stdout(written):
        stack.invoke("delivery", {}, 60)
    lines = [json.loads(line) for line in written.getvalue().splitlines() if line.startswith('{"_aws"')]
    return {name: value for line in lines for name, value in line.items() if name[0].isupper()}


def found(stack: Deployment, session: str) -> Authorisation:
    kept = stack.store.find(session)
    assert kept
    return kept


def progress(control: Control, session: str) -> str:
    return str(control.get(f"/authorisations/{session}")["progress"])


def test_what_a_killed_function_left_is_delivered_within_the_minute(stack: Deployment, control: Control) -> None:
    sessions = owe(stack, control, 3)
    metrics = sweep(stack)
    assert {progress(control, session) for session in sessions} == {"succeeded"}
    assert {found(stack, session).state for session in sessions} == {State.DELIVERED}
    assert metrics["OutcomeDelivered"] == [3.0]
    assert metrics["OutcomesUndelivered"] == [0.0]


def test_what_is_still_owed_is_told_with_its_age(stack: Deployment, control: Control) -> None:
    owe(stack, control, 2, decided_ago=400)
    control.post("/faults", {"party": "provider_api", "faults": [{"kind": "drop_before"}], "probability": 1.0})
    metrics = sweep(stack)
    assert metrics["OutcomesUndelivered"] == [2.0]
    assert 400 <= metrics["OldestUndeliveredSeconds"][0] <= 460
    assert metrics["DeliveryPostponed"] == [2.0]


def test_what_ran_out_of_time_is_given_up_and_counted(stack: Deployment, control: Control) -> None:
    [session] = owe(stack, control, decided_ago=1260)
    metrics = sweep(stack)
    assert metrics["OutcomeExpired"] == [1.0]
    assert found(stack, session).state is State.EXPIRED
    assert control.get(f"/authorisations/{session}")["reports"] == []


def test_a_token_that_was_revoked_early_costs_one_more_request_and_nothing_else(
    stack: Deployment, control: Control
) -> None:
    first, second = owe(stack, control, 2)
    control.post("/faults", {"party": "provider_api", "faults": [{"kind": "revoke_token"}]})
    sweep(stack)
    assert (progress(control, first), progress(control, second)) == ("succeeded", "succeeded")


@pytest.mark.parametrize("kind", ["drop_after", "status_after", "truncated", "malformed"])
def test_an_answer_that_is_lost_or_spoiled_ends_as_delivered(stack: Deployment, control: Control, kind: str) -> None:
    [session] = owe(stack, control)
    control.post("/faults", {"party": "provider_api", "faults": [{"kind": kind, "status": 500}]})
    sweep(stack)
    kept = found(stack, session)
    if kept.undelivered:
        stack.store.apply(take_lease(session, updates.Lease("past", 0), now=time.time()))
        sweep(stack)
    assert found(stack, session).state is State.DELIVERED
    assert progress(control, session) == "succeeded"


def test_the_client_secret_is_rotated_without_a_deployment(stack: Deployment, control: Control) -> None:
    owe(stack, control)
    before = control.get("/sage-id/client-secret")
    arn = stack.environment["CREDENTIALS_SECRET_ARN"]
    kept = json.loads(stack.secrets.get_secret_value(SecretId=arn)["SecretString"])
    sweep(stack)
    try:
        rotated = control.post("/sage-id/client-secret", {})
        # The token of before serves on; nothing is asked of Sage ID until the deployer has filled the new secret in.
        stack.cold()
        [session] = owe(stack, control)
        sweep(stack)
        assert progress(control, session) == "succeeded"
        stack.secrets.put_secret_value(SecretId=arn, SecretString=json.dumps(kept | rotated))
        # A warm environment knows the old one still, and needs another token now.
        [session] = owe(stack, control)
        control.post("/sage-id/revocations", {})
        vault = stack.function("delivery").delivery._banking_service.credentials  # noqa: SLF001 - ten seconds pass
        vault._read_at -= vault.RELOAD_SECONDS  # noqa: SLF001 - likewise
        sweep(stack)
        assert progress(control, session) == "succeeded"
    finally:
        control.post("/sage-id/client-secret", before)
