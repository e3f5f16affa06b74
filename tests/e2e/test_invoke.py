"""`make invoke` on a running stack: each function answers a live event in AWS's runtime emulator."""

import boto3
import pytest

from cli.stack import Stack
from local.invoke.deployed import FUNCTIONS
from local.invoke.invoke import Target, invoke
from local.machine.errors import LocalError
from local.machine.workspace import CHECKOUT, Workspace
from local.stack.bring_up import RunningStack
from local.stack.deployment import STACK_NAME

pytestmark = pytest.mark.local_aws

ANSWERS = {
    "authrefresh": "answer    200 a page of ",
    "brand_check": 'sent      CloudFormation received {"Status": "SUCCESS"',
    "completion": "Confirm that you want to reconnect | Confirm | Cancel",
    "confirmation": "metric    AccountConfirmed 1",
    "delivery": 'answer    {"state": "delivered", "reason": null}',
    "notification": 'answer    200 {"status": "started"}',
    "reauth_request": 'answer    {"batchItemFailures": []}',
    "sage_token": "metric    Token",
}


def target(stack: RunningStack, workspace: Workspace) -> Target:
    session = boto3.Session("local", "local", region_name=stack.aws.region)
    return Target(Stack(session, stack.described(), stack.aws.endpoint), STACK_NAME, workspace)


def on_aws(stack: RunningStack, workspace: Workspace, token: str | None) -> Target:
    """The same stack as one on AWS: without the simulator's part of the description."""
    session = boto3.Session("local", "local", region_name=stack.aws.region)
    return Target(Stack(session, stack.outputs, stack.aws.endpoint), STACK_NAME, workspace, token)


def test_the_documentation_shows_the_answer_of_each_function() -> None:
    documented = (CHECKOUT / "docs/local.md").read_text()

    assert tuple(ANSWERS) == FUNCTIONS
    assert not [f for f in FUNCTIONS if f"make invoke FUNCTION={f}\n" not in documented or ANSWERS[f] not in documented]


@pytest.mark.parametrize("function", FUNCTIONS)
def test_a_live_event_gets_an_answer_that_means_something(
    stack: RunningStack, workspace: Workspace, capsys: pytest.CaptureFixture[str], function: str
) -> None:
    invoke(target(stack, workspace), function, "emulator")

    assert ANSWERS[function] in capsys.readouterr().out


def test_the_same_event_is_made_for_a_stack_on_aws_with_a_token_of_sage_id(
    stack: RunningStack, workspace: Workspace, capsys: pytest.CaptureFixture[str]
) -> None:
    token = stack.control.post("/sage-id/tokens", {})["token"]

    invoke(on_aws(stack, workspace, token), "notification", "emulator")

    assert ANSWERS["notification"] in capsys.readouterr().out


def test_a_stack_on_aws_needs_a_token_and_an_account(stack: RunningStack, workspace: Workspace) -> None:
    deployed = on_aws(stack, workspace, None)

    with pytest.raises(LocalError, match="CONNECTOR_TOKEN"):
        invoke(deployed, "notification", "emulator")
    with pytest.raises(LocalError, match="ACCOUNT="):
        invoke(deployed, "reauth_request", "emulator")
