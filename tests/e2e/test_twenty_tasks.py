"""Twenty tasks of an operator, each one command that the help of `connector` leads to."""

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from click.testing import CliRunner

from cli.main import main
from connector import __version__
from local.stack.bring_up import RunningStack
from local.stack.deployment import STACK_NAME
from simulator.loopback import session
from tests.e2e.operator import Operator, decided

pytestmark = pytest.mark.local_aws


@dataclass(frozen=True)
class Task:
    """What an operator wants, the command, and a text that its output has. Names in braces are of the scenario."""

    wish: str
    command: str
    shown: str


TASKS = [
    Task("Which version is it?", "--version", f"connector, version {__version__}"),
    Task("Which commands are there?", "--help", "Follow a re-authorisation."),
    Task("Complete commands in my shell", "completion bash", "_CONNECTOR_COMPLETE=bash_complete"),
    Task("Ask one customer to reconnect", "request {account} {bank_id}", "1 request queued."),
    Task("Ask many customers to reconnect", "request --csv accounts.csv", "2 requests queued."),
    Task("What became of my request?", "show {account}", "The provider requested a re-authorisation."),
    Task("Which authorisations were there last?", "list", "{authorisation}"),
    Task("Who has not finished?", "list --state opened --since 2h", "{opened}"),
    Task("Who succeeded, for a script?", "list --outcome success --limit 5 --json", '"outcome": "success"'),
    Task("What happened to a customer's account?", "list --account {external_id}", "{authorisation}"),
    Task("What happened in one authorisation?", "show {authorisation}", "The outcome was recorded."),
    Task("In which state is it, for a script?", "show {authorisation} --json", '"outcome": "success"'),
    Task("What has Sage not acknowledged?", "outbox", "{authorisation}"),
    Task("Deliver an outcome now", "deliver {authorisation}", "Delivered: Banking Service acknowledged the outcome."),
    Task("Tell me when it is done", "watch {authorisation}", "The account that externalId names is authorised again."),
    Task("Which requests failed for good?", "redrive", "not JSON"),
    Task("Send some of them again", "redrive --again --kind rejected", " sent again."),
    Task("Delete those that cannot be repaired", "redrive --discard --kind malformed --yes", " discarded."),
    Task("Is a connector right, before Sage calls it?", "check {url}", " 0 wrong, "),
    Task("Does a backend keep the rules?", "check-authenticator {bank}", " 0 wrong, "),
]


@pytest.fixture
def scenario(
    stack: RunningStack, tmp_path: Path, operator: Operator, monkeypatch: pytest.MonkeyPatch
) -> dict[str, str]:
    """An account whose outcome is in the outbox, a customer who has not finished, a message that is no request."""

    def account() -> dict[str, Any]:
        made: dict[str, Any] = stack.control.post(
            "/accounts", {"externalId": f"task-{uuid4().hex[:8]}", "name": f"Account {uuid4()}", "status": "active"}
        )
        return made

    asked, served, waiting = account(), account(), account()
    stack.aws.queues.send_message(QueueUrl=stack.outputs["ReauthRequestsQueueUrl"], MessageBody="no JSON")
    operator.until(lambda: operator.json("redrive")["requests"], bool)
    rows = "".join(f"{found['bankAccountId']},{found['bankId']}\n" for found in (account(), account()))
    (tmp_path / "accounts.csv").write_text(rows)
    monkeypatch.setenv("CONNECTOR_AUTHENTICATOR_API_KEY", stack.simulator.credentials["authenticator_api_key"])
    return {
        "url": stack.api_url,
        "bank": stack.simulator.bank.url,
        "account": asked["bankAccountId"],
        "bank_id": asked["bankId"],
        "external_id": served["externalId"],
        "authorisation": decided(stack, served),
        "opened": _opened(stack, waiting),
    }


def _opened(stack: RunningStack, account: dict[str, Any]) -> str:
    stack.control.put(f"/accounts/{account['bankAccountId']}/status", {"status": "authRequired"})
    started = stack.control.post("/start", {"bankAccountId": account["bankAccountId"]})
    with session() as http:
        http.get(started["authrefresh_url"], timeout=60).raise_for_status()
    return str(started["authorisation_id"])


def _is_known(account: str) -> bool:
    return CliRunner().invoke(main, ["show", account]).exit_code == 0


def _confirm(stack: RunningStack) -> None:
    """Do now what the schedule does once a minute."""
    found = stack.aws.cloudformation.describe_stack_resource(
        StackName=STACK_NAME, LogicalResourceId="ConfirmationFunction"
    )
    name = found["StackResourceDetail"]["PhysicalResourceId"]
    stack.aws.functions.invoke(FunctionName=name, Payload=b"{}")


@pytest.mark.timeout(300)  # twenty commands, two of which check a whole connector and a whole backend
def test_each_task_is_done_at_the_first_try(stack: RunningStack, operator: Operator, scenario: dict[str, str]) -> None:
    for task in TASKS:
        if task.command == "outbox":
            # The relay runs once a minute, and may have delivered the first outcome.
            account = stack.control.get("/accounts")["accounts"][0]
            scenario["authorisation"] = decided(stack, account)
        elif task.command == "show {account}":
            operator.until(lambda: _is_known(scenario["account"]), bool)
        elif task.command.startswith("watch"):
            _confirm(stack)
        ran = operator.run(*task.command.format(**scenario).split())

        assert task.shown.format(**scenario) in ran.stdout, task.wish


def test_there_are_twenty_and_every_command_is_among_them() -> None:
    assert len(TASKS) == 20
    assert {task.command.split()[0] for task in TASKS} - {"--version", "--help"} == set(main.commands)


@pytest.mark.parametrize("task", TASKS, ids=lambda task: task.command)
def test_the_help_of_a_command_names_each_option_of_the_task(task: Task) -> None:
    name = task.command.split()[0]
    arguments = [name, "--help"] if name in main.commands else ["--help"]
    shown = CliRunner().invoke(main, arguments).output

    assert not [option for option in re.findall(r"--[a-z-]+", task.command) if option not in shown]


def test_every_command_without_a_url_prints_json(operator: Operator) -> None:
    for command in ("list", "outbox", "redrive"):
        assert isinstance(json.loads(operator.run(command, "--json").stdout), dict)
