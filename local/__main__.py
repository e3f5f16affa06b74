"""`python -m local up` or `demo`: what `make local` and `make demo` run."""

import argparse
import sys
from collections.abc import Mapping

from local.alone import alone_in
from local.bring_up import bring_up
from local.demo import play
from local.place import HERE
from local.ports import free_port, wanted_port
from local.problem import Problem
from local.stack import build
from local.terminal import in_the_foreground, say, stop_on_signals
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
        with in_the_foreground(), alone_in(HERE):
            _run(wanted.command, wanted_port(wanted.port, "PORT") if wanted.port else free_port(), chosen)
    except Problem as problem:
        sys.stderr.write(f"{problem}\n")
        return 1
    except KeyboardInterrupt:
        # For `up` it is the way to end.
        return 0 if wanted.command == "up" else INTERRUPTED
    return 0


def _run(command: str, port: int, parameters: Mapping[str, str]) -> None:
    say("Building the stack.")
    build(HERE)
    say("Deploying it to a local AWS.")
    with bring_up(HERE, port, **parameters) as running:
        play(running) if command == "demo" else stay_up(running)


if __name__ == "__main__":
    sys.exit(main())
