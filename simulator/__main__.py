"""Run the simulator until a signal stops it."""

import argparse
import json
import os
import signal
import sys
import threading
from pathlib import Path
from typing import Any

from simulator.settings import Settings
from simulator.simulation import LOOPBACK, Simulation


def main(arguments: list[str] | None = None) -> int:
    """Serve until SIGTERM or SIGINT. The state file exists only while every server listens."""
    options = _parser().parse_args(arguments)
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    settings = Settings()
    if options.quick is not None:
        settings = Settings(statement_seconds=options.quick, verifying_seconds=options.quick)
    try:
        with Simulation(options.host, settings) as simulation:
            _write(options.state, simulation.describe())
            sys.stdout.write(f"simulator: listening, every URL is in {options.state}\n")
            sys.stdout.flush()
            stop.wait()
    except OSError as error:
        sys.stderr.write(f"simulator: {error}\n")
        return 1
    finally:
        options.state.unlink(missing_ok=True)
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m simulator", description=__doc__)
    parser.add_argument("--state", type=Path, required=True, help="JSON file that will contain every URL and secret")
    parser.add_argument("--host", default=LOOPBACK, help="address to listen on (%(default)s)")
    parser.add_argument("--quick", type=float, metavar="SECONDS", help="duration of each status change")
    return parser


def _write(path: Path, state: dict[str, Any]) -> None:
    """Write the file by a rename, so that no reader sees half of it. Only its owner can read the file."""
    draft = path.with_name(f"{path.name}.{os.getpid()}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as file:
        json.dump(state, file, indent=2)
    draft.replace(path)


if __name__ == "__main__":
    sys.exit(main())
