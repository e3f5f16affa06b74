"""Invoke one function with a live event, and print what it answers."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from cli.stack import Stack
from local.invoke.answer import described, log_line
from local.invoke.banking_service import banking_service
from local.invoke.deployed import deployed_function, sdk_environment
from local.invoke.in_docker import in_docker
from local.invoke.in_emulator import in_emulator
from local.invoke.live_events import Preparation, live_event
from local.machine.terminal import say
from local.machine.workspace import Workspace

MOST_EVENTS = 5
"""The most events of one invocation: SQS delivers a message again until the statement is processed."""
RUNTIMES = {
    "docker": (in_docker, "Docker, by sam local invoke"),
    "emulator": (in_emulator, "AWS's runtime emulator"),
}


@dataclass(frozen=True)
class Target:
    """A running stack, and the workspace with the build that is invoked."""

    stack: Stack
    stack_name: str
    workspace: Workspace
    token: str | None = None
    """A Sage ID token as Banking Service sends it, for a stack on AWS."""
    account: tuple[str, str] | None = None
    """Sage's bankAccountId and bankId, for a request; None: a new account of the simulator."""


def invoke(target: Target, name: str, runtime: str) -> None:
    """Invoke the function in "docker" or in the "emulator". Raise LocalError or StackUnavailableError."""
    stack = target.stack

    def variables(function: str) -> Mapping[str, str]:
        return deployed_function(stack, target.stack_name, function).variables

    function = deployed_function(stack, target.stack_name, name)
    preparation = Preparation(
        stack,
        lambda: banking_service(stack, target.token, variables("notification")["NOTIFICATION_HEADER_NAME"]),
        lambda: variables("completion")["AUTHENTICATOR"],
        target.account,
    )
    running, described_runtime = RUNTIMES[runtime]
    with live_event(name, preparation) as live:
        function = replace(function, variables={**function.variables, **live.variables})
        say(f"function  {function.logical_id} of {target.stack_name}, in {described_runtime}")
        say(f"event     {live.about}")
        with running(function, target.workspace, sdk_environment(stack)) as send:
            event = live.event
            for _ in range(MOST_EVENTS):
                invoked = send(event)
                for line in invoked.log:
                    say(log_line(line))
                say(f"answer    {described(invoked.answer)}")
                event = live.following(invoked.answer)
                if event is None:
                    break
                say("event     the same message, which SQS delivers again")
        if sent := live.result():
            say(f"sent      {sent}")
