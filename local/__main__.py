"""The commands `python -m local up` and `python -m local demo`, for `make local` and `make demo`."""

import argparse
import sys
from collections.abc import Mapping

from local.demo.play import play
from local.machine.errors import LocalError
from local.machine.exclusive import exclusive_use
from local.machine.ports import checked_port, free_port
from local.machine.terminal import in_the_foreground, say, stop_on_signals
from local.machine.workspace import DEFAULT_WORKSPACE
from local.stack.bring_up import bring_up
from local.stack.deployment import build
from local.up import stay_up

INTERRUPTED = 130
"""The exit status of a command that Ctrl-C ended, as shells report it."""


def main() -> int:
    """Run one command; return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m local", description=__doc__)
    parser.add_argument("command", choices=["up", "demo"])
    parser.add_argument("--port", type=int, help="port of the local AWS (default: a free port)")
    parser.add_argument("--authenticator", help="the template parameter Authenticator (default: consent)")
    arguments = parser.parse_args()
    parameters = {"Authenticator": arguments.authenticator} if arguments.authenticator else {}
    stop_on_signals()
    try:
        with in_the_foreground(), exclusive_use(DEFAULT_WORKSPACE):
            _run(arguments.command, checked_port(arguments.port, "PORT") if arguments.port else free_port(), parameters)
    except LocalError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    except KeyboardInterrupt:
        # Ctrl-C is the normal end of `up`.
        return 0 if arguments.command == "up" else INTERRUPTED
    return 0


def _run(command: str, port: int, parameters: Mapping[str, str]) -> None:
    say("Building the stack.")
    build(DEFAULT_WORKSPACE)
    say("Deploying it to a local AWS.")
    with bring_up(DEFAULT_WORKSPACE, port, **parameters) as running:
        play(running) if command == "demo" else stay_up(running)


if __name__ == "__main__":
    sys.exit(main())
