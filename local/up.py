import signal
from typing import NoReturn

from local.machine.terminal import say
from local.machine.workspace import DEFAULT_WORKSPACE
from local.stack.bring_up import RunningStack


def stay_up(running: RunningStack) -> NoReturn:
    """Print the URLs, and wait for a signal."""
    say(
        f"""
  Open {running.simulator.product.url} and reconnect an account.

  The connector   {running.api_url}
  The local AWS   {running.aws.endpoint} (region {running.aws.region})
  The simulator   {running.simulator.control.url}
  The bank        {running.simulator.bank.url} (test customers, their phones)
  All URLs        {DEFAULT_WORKSPACE.stack_json}
  Logs            {DEFAULT_WORKSPACE.directory}/*.log

Ctrl-C stops everything.""",
    )
    while True:
        signal.pause()
