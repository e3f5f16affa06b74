"""`python -m local.gallery`: what `make gallery` runs."""

import argparse
import sys

from local.alone import alone_in
from local.gallery.photograph import REGIONS, photograph, publish_best
from local.place import HERE
from local.problem import Problem
from local.stack import build
from local.terminal import say, stop_on_signals


def main() -> int:
    """Take the pictures; give the exit status."""
    parser = argparse.ArgumentParser(prog="python -m local.gallery", description=__doc__)
    parser.add_argument("languages", nargs="*", choices=REGIONS, default=["en", "de"])
    parser.add_argument("--publish", action="store_true", help="put the best pictures into docs/pictures")
    wanted = parser.parse_args()
    stop_on_signals()
    try:
        with alone_in(HERE):
            say("Building the stack.")
            build(HERE)
            index = photograph(HERE, wanted.languages)
            if wanted.publish:
                publish_best(HERE)
    except Problem as problem:
        sys.stderr.write(f"{problem}\n")
        return 1
    say(f"Open {index}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
