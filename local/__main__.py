"""`python -m local up` or `demo`: what `make local` and `make demo` run."""

import argparse
import signal
import sys

from local.alone import alone_in
from local.bring_up import bring_up
from local.demo import play
from local.place import HERE
from local.ports import free_port, wanted_port
from local.problem import Problem
from local.terminal import in_the_foreground, say
from local.up import stay_up


def main() -> int:
    """Run one command; give its exit status."""
    parser = argparse.ArgumentParser(prog="python -m local", description=__doc__)
    parser.add_argument("command", choices=["up", "demo"])
    parser.add_argument("--port", type=int, help="of the local AWS (default: a free one)")
    wanted = parser.parse_args()
    # A request to stop is the same as Ctrl-C: everything that was started is stopped in order.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        with in_the_foreground(), alone_in(HERE):
            port = wanted_port(wanted.port, "PORT") if wanted.port else free_port()
            with bring_up(HERE, port, say) as running:
                return play(running) if wanted.command == "demo" else stay_up(running)
    except Problem as problem:
        sys.stderr.write(f"{problem}\n")
        return 1
    except KeyboardInterrupt:
        return 0 if wanted.command == "up" else 130


if __name__ == "__main__":
    sys.exit(main())
