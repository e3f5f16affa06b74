"""POST /notification, whole: the deployed function, a simulated Sage ID on a real socket, moto's DynamoDB."""

import json
from io import StringIO
from typing import Any

import pytest

from local.stack.control import Control
from local.stack.simulator_state import Simulator
from tests import sample
from tests.deployment import Answer, Deployment

NOTIFICATION = json.dumps(
    {
        "type": "resourceCreated",
        "resource": {"id": sample.ID, "type": "authorisation", "url": "NA"},
        "additionalData": {"bankId": sample.BANK_ID},
    }
)


def token(control: Control, **wanted: object) -> str:
    minted: str = control.post("/sage-id/tokens", wanted)["token"]
    return minted


def send(stack: Deployment, headers: dict[str, str], body: str = NOTIFICATION) -> Answer:
    return stack.request("notification", "POST", "/notification", headers=headers, body=body)


@pytest.fixture
def proofs(sage: Simulator, control: Control) -> dict[str, str]:
    """Both proofs, as Banking Service sends them."""
    return {
        "X-Api-Key": sage.credentials["notification_header_value"],
        "Authorization": f"Bearer {token(control)}",
        "Content-Type": "application/json",
    }


def test_banking_service_starts_a_session(stack: Deployment, proofs: dict[str, str]) -> None:
    answer = send(stack, proofs)

    assert answer.status == 200
    assert json.loads(answer.body) == {"status": "started"}
    assert [item["authorisation_id"] for item in stack.items()] == [sample.ID]


def test_a_duplicate_is_a_success(stack: Deployment, proofs: dict[str, str]) -> None:
    send(stack, proofs)
    before = stack.items()

    answer = send(stack, proofs)

    assert (answer.status, json.loads(answer.body)) == (200, {"status": "duplicate"})
    assert stack.items() == before


def test_a_type_that_is_not_ours_is_acknowledged(stack: Deployment, proofs: dict[str, str]) -> None:
    body = json.dumps({"type": "resourceMoved", "resource": {"id": "x", "type": "bankAccount"}})

    answer = send(stack, proofs, body)

    assert (answer.status, json.loads(answer.body)) == (200, {"status": "not_handled"})
    assert stack.items() == []


@pytest.mark.parametrize(
    ("type_", "status"), [("resourceCreated", "account_linked"), ("resourceDeleted", "account_disconnected")]
)
def test_an_account_that_was_created_or_disconnected_is_stored(
    stack: Deployment, proofs: dict[str, str], type_: str, status: str
) -> None:
    resource = {"id": "account-1", "type": "bankAccount", "url": "NA"}
    body = json.dumps({"type": type_, "resource": resource, "additionalData": {"externalId": "acc-1"}})

    answer = send(stack, proofs, body)

    assert (answer.status, json.loads(answer.body)) == (200, {"status": status})
    assert stack.calls["UpdateItem"] == 1
    assert stack.items() == []


@pytest.mark.parametrize(
    "wanted",
    [
        {"expires_in": -3600},
        {"audience": "https://another.example/"},
        {"claims": {"iss": "https://another.example/"}},
        {"claims": {"exp": None}},
        {"claims": {"aud": None}},
        {"claims": {"iss": None}},
        {"claims": {"nbf": 4_000_000_000}},
        {"forgery": "none"},
        {"forgery": "HS256"},
        {"forgery": "unknown-key"},
        {"forgery": "stolen-key-id"},
    ],
    ids=str,
)
def test_a_token_that_does_not_hold_is_401_and_stores_nothing(
    stack: Deployment, control: Control, proofs: dict[str, str], wanted: dict[str, Any]
) -> None:
    answer = send(stack, proofs | {"Authorization": f"Bearer {token(control, **wanted)}"})

    assert answer.status == 401
    assert json.loads(answer.body)["error"] == "not_authenticated"
    assert stack.items() == []


@pytest.mark.parametrize(
    "changes",
    [
        {"Authorization": ""},
        {"Authorization": "Bearer"},
        {"Authorization": "Bearer "},
        {"Authorization": "Bearer x.y.z"},
        {"Authorization": "Bearer a"},
        {"Authorization": "Basic dXNlcjpwYXNz"},
        {"Authorization": "Bearer \u00e9.\u00e9.\u00e9"},
        {"X-Api-Key": ""},
        {"X-Api-Key": "wrong"},
        {"X-Api-Key": "\u00e9"},
    ],
    ids=str,
)
def test_a_missing_or_wrong_proof_is_401_and_stores_nothing(
    stack: Deployment, proofs: dict[str, str], changes: dict[str, str]
) -> None:
    answer = send(stack, proofs | changes)

    assert answer.status == 401
    assert stack.items() == []


def test_without_any_header_it_is_401(stack: Deployment) -> None:
    assert send(stack, {}).status == 401


def test_who_is_not_authenticated_hears_nothing_of_the_body(stack: Deployment) -> None:
    assert send(stack, {}, "{").status == 401


def test_a_malformed_body_is_400_and_stores_nothing(stack: Deployment, proofs: dict[str, str]) -> None:
    answer = send(stack, proofs, "{")

    assert answer.status == 400
    assert json.loads(answer.body)["error"] == "malformed"
    assert stack.items() == []


def test_a_body_that_is_too_large_is_413_before_anything_else(stack: Deployment) -> None:
    answer = send(stack, {}, "x" * 20_000)

    assert answer.status == 413
    assert stack.calls.total() == 0


def test_a_key_that_sage_id_has_rotated_to_is_fetched(
    stack: Deployment, control: Control, proofs: dict[str, str]
) -> None:
    send(stack, proofs)
    control.post("/sage-id/keys", {})
    stack.function("notification").verifier.jwks.refetch_seconds = 0

    answer = send(stack, proofs | {"Authorization": f"Bearer {token(control)}"})

    assert answer.status == 200


def test_made_up_key_ids_do_not_become_requests_to_sage_id(
    stack: Deployment, control: Control, proofs: dict[str, str]
) -> None:
    forged = token(control, forgery="unknown-key")
    statuses = [send(stack, proofs | {"Authorization": f"Bearer {forged}"}).status for _ in range(8)]

    assert statuses == [401] * 5 + [503] * 3
    fetches = [e for e in control.exchanges() if e["path"].endswith("jwks.json")]
    assert len(fetches) == 5


@pytest.mark.parametrize("kind", ["drop_before", "truncated", "malformed", "status"])
def test_one_failure_to_fetch_sage_id_s_keys_refuses_no_notification(
    stack: Deployment, control: Control, proofs: dict[str, str], kind: str
) -> None:
    control.post("/faults", {"party": "sage_id", "endpoint": "GET *", "faults": [{"kind": kind}]})

    assert send(stack, proofs).status == 200


def test_keys_that_could_not_be_fetched_are_fetched_again_a_second_later(
    stack: Deployment, control: Control, proofs: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    failing = {"party": "sage_id", "endpoint": "GET *", "faults": [{"kind": "status"}] * 2}
    control.post("/faults", failing)
    assert send(stack, proofs).status == 503
    assert send(stack, proofs).status == 503
    monkeypatch.setattr("connector.web.jwks.Jwks.RETRY_SECONDS", 0)

    assert send(stack, proofs).status == 200


def test_both_header_values_are_taken_during_a_rotation(
    stack: Deployment, sage: Simulator, proofs: dict[str, str]
) -> None:
    old = sage.credentials["notification_header_value"]
    rotated = sage.credentials | {"notification_header_value": "new", "notification_header_value_previous": old}
    stack.secrets.put_secret_value(SecretId="NotificationSecret", SecretString=json.dumps(rotated))

    assert send(stack, proofs).status == 200
    assert send(stack, proofs | {"X-Api-Key": "new"}).status == 200
    assert send(stack, proofs | {"X-Api-Key": "older"}).status == 401


def test_a_rotated_header_value_is_taken_by_a_warm_function(
    stack: Deployment, sage: Simulator, proofs: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    send(stack, proofs)
    rotated = sage.credentials | {"notification_header_value": "new"}
    stack.secrets.put_secret_value(SecretId="NotificationSecret", SecretString=json.dumps(rotated))
    monkeypatch.setattr("connector.aws.vault.Vault.RELOAD_SECONDS", 0)

    assert send(stack, proofs | {"X-Api-Key": "new"}).status == 200


@pytest.mark.parametrize("secret", [None, "", "not JSON", "[]", "{}", '{"client_id": "x"}'])
def test_a_secret_that_is_not_filled_in_is_one_clear_error(
    stack: Deployment, proofs: dict[str, str], log: StringIO, secret: str | None
) -> None:
    if secret is None:
        stack.secrets.delete_secret(SecretId="NotificationSecret", ForceDeleteWithoutRecovery=True)
    else:
        stack.secrets.put_secret_value(SecretId="NotificationSecret", SecretString=secret or " ")

    answer = send(stack, proofs)

    assert answer.status == 503
    assert json.loads(answer.body)["error"] == "unavailable"
    lines = [json.loads(line) for line in log.getvalue().splitlines() if '"ERROR"' in line]
    assert len(lines) == 1
    assert "notification secret" in lines[0]["reason"]
    assert "Traceback" not in json.dumps(lines)


def test_a_warm_notification_is_one_aws_call(stack: Deployment, proofs: dict[str, str]) -> None:
    send(stack, proofs)
    stack.calls.clear()

    send(stack, proofs)

    assert stack.calls == {"UpdateItem": 1}


def test_nothing_of_a_proof_is_ever_logged(stack: Deployment, proofs: dict[str, str], log: StringIO) -> None:
    send(stack, proofs)
    send(stack, proofs | {"X-Api-Key": "nearly-right"})

    logged = log.getvalue()
    assert "notification not authenticated" in logged
    assert proofs["X-Api-Key"] not in logged
    assert "nearly-right" not in logged
    assert proofs["Authorization"].split(".")[2] not in logged
