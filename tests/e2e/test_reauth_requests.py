"""The provider asks through the queue of the deployed stack; the command line tells how it went."""

import json
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from local.demo.customer import Customer
from local.stack.bring_up import RunningStack
from tests.e2e.operator import Operator, decided


@pytest.fixture
def account(stack: RunningStack) -> dict[str, Any]:
    made: dict[str, Any] = stack.control.post(
        "/accounts", {"externalId": f"requested-{uuid4()}", "name": f"Account {uuid4()}", "status": "active"}
    )
    return made


def status(stack: RunningStack, account: dict[str, Any]) -> str:
    return str(stack.control.get(f"/accounts/{account['bankAccountId']}")["status"])


def test_the_whole_story_from_the_message_to_the_confirmation(
    stack: RunningStack, operator: Operator, account: dict[str, Any]
) -> None:
    operator.run("request", account["bankAccountId"], account["bankId"])
    operator.until(lambda: status(stack, account), lambda found: found == "authRequired")
    operator.until(
        lambda: operator.json("show", account["bankAccountId"]), lambda found: found["request"] == "accepted"
    )
    customer = Customer()
    customer.open(stack.simulator.product.url)
    customer.press(f"Reconnect {account['name']}")
    customer.press("Continue")
    customer.press("Confirm")
    started = stack.control.get("/authorisations")["authorisations"]
    [session] = [found for found in started if found["bankAccountId"] == account["bankAccountId"]]
    # The schedule comes once a minute; this is the same event, now.
    stack.aws.functions.invoke(FunctionName=physical(stack, "ConfirmationFunction"), Payload=b"{}")
    operator.until(lambda: status(stack, account), lambda found: found == "active")

    story = operator.until(
        lambda: operator.json("show", session["authorisation_id"]), lambda found: found["bankAccountId"]
    )

    history = stack.control.get(f"/accounts/{account['bankAccountId']}")["history"]
    assert [change["status"] for change in history] == ["active", "authRequired", "verifyingAuth", "active"]
    events = [entry["event"] for entry in story["history"]]
    expected = ["requested", "posted", "accepted", "notified", "opened", "decided", "delivered", "confirmed"]
    assert [event for event in events if event in expected] == expected
    assert (events[0], events[-1]) == ("requested", "confirmed")
    printed = operator.run("show", session["authorisation_id"]).stdout
    assert printed.index("The provider requested") < printed.index(
        "The account that externalId names is authorised again"
    )


def test_each_failure_is_laid_aside_with_its_reason_and_can_be_sent_again(
    stack: RunningStack, operator: Operator, account: dict[str, Any]
) -> None:
    operator.run("redrive", "--discard", "--yes")
    queue, later = stack.outputs["ReauthRequestsQueueUrl"], f"linked-later-{uuid4()}"
    good = {name: account[name] for name in ("bankAccountId", "bankId")}
    malformed = json.dumps([{"bankId": "x"}, {"bankAccountId": f"never-{uuid4()}", "bankId": "x"}])
    unknown = {"bankAccountId": later, "bankId": "x"}
    for body in (malformed, json.dumps([good, unknown]), "no JSON"):
        stack.aws.queues.send_message(QueueUrl=queue, MessageBody=body)

    letters = operator.until(
        lambda: operator.json("redrive")["requests"], lambda found: len({letter["body"] for letter in found}) == 3
    )
    assert {letter["body"]: (letter["kind"], letter["reason"]) for letter in letters} == {
        "no JSON": ("malformed", "not JSON"),
        malformed: ("malformed", "entry 1 of 2: bankAccountId: Field required"),
        json.dumps(unknown): ("rejected", "HTTP 404: NotFoundError: there is no such bank account"),
    }
    operator.until(lambda: status(stack, account), lambda found: found == "authRequired")

    stack.control.post("/accounts", {"externalId": later, "bankId": "x", "bankAccountId": later})
    assert len(operator.json("redrive", "--again", "--kind", "rejected")["requests"]) == 1
    operator.until(lambda: status(stack, {"bankAccountId": later}), lambda found: found == "authRequired")
    assert len(operator.json("redrive", "--discard", "--yes")["requests"]) == 2
    assert operator.json("redrive")["requests"] == []


def test_a_file_or_standard_input_asks_for_many(stack: RunningStack, operator: Operator, tmp_path: Path) -> None:
    names = [f"csv-{uuid4()}" for _ in range(12)]
    accounts = [stack.control.post("/accounts", {"externalId": name, "bankId": "csv-bank"}) for name in names]
    rows = [f"{account['bankAccountId']},csv-bank" for account in accounts]
    (tmp_path / "accounts.csv").write_text("\n".join(["bankAccountId,bankId", *rows[:11]]) + "\n")

    assert "11 requests queued." in operator.run("request", "--csv", "accounts.csv").stdout
    assert "1 request queued." in operator.run("request", "--csv", "-", typed=rows[11]).stdout
    operator.until(
        lambda: [status(stack, account) for account in accounts], lambda found: set(found) == {"authRequired"}
    )


def test_a_file_with_a_mistake_asks_for_nothing(operator: Operator) -> None:
    refused = operator.run("request", "--csv", "-", typed="account,bank\nonly-one-column\n", status=1)

    assert "Line 2 has no account and bank: nothing was sent." in refused.output


def test_the_deployed_connector_passes_every_check(stack: RunningStack, operator: Operator) -> None:
    assert operator.json("check", stack.api_url)["wrong"] == 0


def test_an_outbox_entry_is_listed_and_can_be_delivered_at_once(
    stack: RunningStack, operator: Operator, account: dict[str, Any]
) -> None:
    session = decided(stack, account)

    assert session in [entry["authorisationId"] for entry in operator.json("outbox")["outbox"]]
    assert session in operator.run("outbox").stdout
    assert operator.json("deliver", session)["state"] == "delivered"
    assert status(stack, account) in {"verifyingAuth", "active"}
    assert session not in operator.run("outbox").stdout


def test_of_an_authorisation_that_nobody_knows_nothing_can_be_delivered(operator: Operator) -> None:
    ran = operator.run("deliver", str(uuid4()), status=1)

    assert "There is no such authorisation." in ran.stdout


@pytest.mark.parametrize(
    ("arguments", "status", "said"),
    [
        (("show", "nobody"), 1, "Nothing is known of nobody."),
        (("deliver", "no-uuid"), 2, "an authorisation id is a UUID"),
        (("request", "only-account"), 2, "name ACCOUNT and BANK"),
        (("check", "https://elsewhere.example"), 2, "Set CONNECTOR_TOKEN"),
        (("--profile", "nobody", "--stack-name", "x", "outbox"), 3, "could not be found"),
    ],
)
def test_what_goes_wrong_is_one_line_that_says_what_to_do(
    operator: Operator, arguments: tuple[str, ...], status: int, said: str
) -> None:
    ran = operator.run(*arguments, status=status)

    assert said in ran.output
    assert "Traceback" not in ran.output


def test_another_stack_is_found_by_its_name_and_a_wrong_name_says_so(
    stack: RunningStack, operator: Operator, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in (
        ("ACCESS_KEY_ID", "local"),
        ("SECRET_ACCESS_KEY", "local"),
        ("ENDPOINT_URL", stack.aws.endpoint),
    ):
        monkeypatch.setenv(f"AWS_{name}", value)
    named = ("--region", stack.aws.region, "--stack-name")

    assert operator.json(*named, "sage-reauthorisation-local", "outbox") == {"outbox": []}
    assert "There is no stack typo in" in operator.run(*named, "typo", "outbox", status=3).output
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:1")
    assert "AWS did not answer" in operator.run(*named, "x", "outbox", status=3).output


def physical(stack: RunningStack, logical_id: str) -> str:
    found = stack.aws.cloudformation.describe_stack_resource(
        StackName=stack.described()["StackName"], LogicalResourceId=logical_id
    )
    return found["StackResourceDetail"]["PhysicalResourceId"]
