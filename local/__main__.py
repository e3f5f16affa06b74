"""`python -m local up` or `demo`: what `make local` and `make demo` run."""

import argparse
import sys
from collections.abc import Mapping

from local.demo.play import play
from local.machine.errors import LocalError
from local.machine.exclusive import exclusive_use
from local.machine.ports import free_port, wanted_port
from local.machine.terminal import in_the_foreground, say, stop_on_signals
from local.machine.workspace import DEFAULT_WORKSPACE
from local.stack.bring_up import bring_up
from local.stack.deployment import build
from local.up import stay_up

# What a shell says of a command that Ctrl-C ended.
INTERRUPTED = 130


def main() -> int:
    """Run one command; give its exit status."""
    parser = argparse.ArgumentParser(prog="python -m local", description=__doc__)
    parser.add_argument("command", choices=["up", "demo"])
    parser.add_argument("--port", type=int, help="of the local AWS (default: a free one)")
    parser.add_argument("--authenticator", help="how customers prove who they are (default: consent)")
    wanted = parser.parse_args()
    chosen = {"Authenticator": wanted.authenticator} if wanted.authenticator else {}
    stop_on_signals()
    try:
        with in_the_foreground(), exclusive_use(DEFAULT_WORKSPACE):
            _run(wanted.command, wanted_port(wanted.port, "PORT") if wanted.port else free_port(), chosen)
    except LocalError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    except KeyboardInterrupt:
        # For `up` it is the way to end.
        return 0 if wanted.command == "up" else INTERRUPTED
    return 0


def _run(command: str, port: int, parameters: Mapping[str, str]) -> None:
    say("Building the stack.")
    build(DEFAULT_WORKSPACE)
    say("Deploying it to a local AWS.")
    with bring_up(DEFAULT_WORKSPACE, port, **parameters) as running:
        play(running) if command == "demo" else stay_up(running)


if __name__ == "__main__":
    sys.exit(main())
