import signal
from typing import NoReturn

from local.bring_up import Running
from local.place import HERE
from local.terminal import say


def stay_up(running: Running) -> NoReturn:
    """Say what to open, and wait to be stopped."""
    say(
        f"""
  Open {running.simulator.product.url} and reconnect an account.

  The connector   {running.api_url}
  The local AWS   {running.aws.endpoint} (region {running.aws.region})
  The simulator   {running.simulator.control.url}
  The bank        {running.simulator.bank.url} (test customers, their phones)
  Everything      {HERE.stack_json}
  Logs            {HERE.directory}/*.log

Ctrl-C stops it all.""",
    )
    while True:
        signal.pause()
