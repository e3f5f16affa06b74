import time
from typing import NoReturn

from local.machine.terminal import say
from local.machine.workspace import DEFAULT_WORKSPACE
from local.stack.bring_up import RunningStack
from local.stack.follower import POLL_SECONDS, Follower


def stay_up(running: RunningStack) -> NoReturn:
    """Print the URLs, and follow the choices of the simulator's page until a signal."""
    say(
        f"""
  Open {running.simulator.control.url}/ and reconnect an account: every message appears there.

  The product     {running.simulator.product.url}
  The connector   {running.api_url}
  The local AWS   {running.aws.endpoint} (region {running.aws.region})
  The bank        {running.simulator.bank.url} (test customers, their phones)
  All URLs        {DEFAULT_WORKSPACE.stack_json}
  Logs            {DEFAULT_WORKSPACE.directory}/*.log

Ctrl-C stops everything.""",
    )
    follower = Follower(running)
    while True:
        follower.follow()
        time.sleep(POLL_SECONDS)
