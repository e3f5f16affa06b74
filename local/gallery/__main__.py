"""The command `python -m local.gallery`, for `make gallery`."""

import argparse
import sys

from local.gallery.photograph import REGIONS, photograph, publish_best
from local.machine.errors import LocalError
from local.machine.exclusive import exclusive_use
from local.machine.terminal import say, stop_on_signals
from local.machine.workspace import DEFAULT_WORKSPACE
from local.stack.deployment import build


def main() -> int:
    """Take the pictures; return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m local.gallery", description=__doc__)
    parser.add_argument("languages", nargs="*", choices=REGIONS, default=["en", "de"])
    parser.add_argument("--publish", action="store_true", help="write the pictures of the README into docs/pictures")
    arguments = parser.parse_args()
    stop_on_signals()
    try:
        with exclusive_use(DEFAULT_WORKSPACE):
            say("Building the stack.")
            build(DEFAULT_WORKSPACE)
            index = photograph(DEFAULT_WORKSPACE, arguments.languages)
            if arguments.publish:
                publish_best(DEFAULT_WORKSPACE)
    except LocalError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    say(f"Open {index}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
