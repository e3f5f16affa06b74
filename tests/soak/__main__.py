"""The command `python -m tests.soak`, for `make soak`: deploy, run, audit, and write the table."""

import argparse
import secrets
import sys
from pathlib import Path

from local.machine.errors import LocalError
from local.machine.exclusive import exclusive_use
from local.machine.ports import LOOPBACK, free_port
from local.machine.terminal import in_the_foreground, say, stop_on_signals
from local.machine.workspace import CHECKOUT, DEFAULT_WORKSPACE, Workspace
from local.stack.bring_up import bring_up
from local.stack.deployment import build
from tests.soak.aws_proxy import aws_proxy
from tests.soak.report import write_between_markers
from tests.soak.run import Plan, soak

PAGE = CHECKOUT / "docs" / "reliability.md"
SHOWN = 20
"""The most findings that are printed."""


def main() -> int:
    """Run the soak test; return the exit status, which is 1 if the audit has findings."""
    parser = argparse.ArgumentParser(prog="python -m tests.soak", description=__doc__)
    parser.add_argument(
        "--seed", type=int, default=None, help="seed of the random faults and customers (default: random)"
    )
    parser.add_argument("--customers", type=int, default=36, help="number of concurrent customers (%(default)s)")
    parser.add_argument("--journeys", type=int, default=5000, help="maximum number of journeys (%(default)s)")
    parser.add_argument("--minutes", type=float, default=20, help="maximum duration of the faults (%(default)s)")
    parser.add_argument("--page", type=Path, default=PAGE, help="page that receives the table")
    arguments = parser.parse_args()
    seed = secrets.randbelow(10**6) if arguments.seed is None else arguments.seed
    plan = Plan(seed, arguments.customers, arguments.journeys, arguments.minutes * 60)
    stop_on_signals()
    workspace = Workspace(DEFAULT_WORKSPACE.directory / "soak")
    try:
        with in_the_foreground(), exclusive_use(workspace):
            return _soak(workspace, plan, arguments.page)
    except LocalError as error:
        sys.stderr.write(f"{error}\n")
        return 1


def _soak(workspace: Workspace, plan: Plan, page: Path) -> int:
    say(f"Building and deploying the stack; then {plan.customers} customers for up to {plan.seconds / 60:.0f} minutes.")
    build(workspace)
    port = free_port()
    with (
        aws_proxy(f"http://{LOOPBACK}:{port}", plan.seed) as aws,
        bring_up(workspace, port, functions_endpoint=aws.url) as running,
    ):
        soaked = soak(running, workspace, plan, aws)
    say(soaked.table)
    for sentence in soaked.audit.findings[:SHOWN]:
        say(sentence)
    write_between_markers(page, soaked.table)
    return 0 if soaked.audit.passed else 1


if __name__ == "__main__":
    sys.exit(main())
