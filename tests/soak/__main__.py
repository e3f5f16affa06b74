"""`python -m tests.soak`: what `make soak` runs. Builds, deploys, soaks, audits, and writes the table."""

import argparse
import secrets
import sys
from pathlib import Path

from local.machine.errors import LocalError
from local.machine.exclusive import exclusive_use
from local.machine.ports import free_port
from local.machine.terminal import in_the_foreground, say, stop_on_signals
from local.machine.workspace import CHECKOUT, DEFAULT_WORKSPACE, Workspace
from local.stack.bring_up import bring_up
from local.stack.deployment import build
from tests.soak.report import write_between_markers
from tests.soak.run import Plan, soak

PAGE = CHECKOUT / "docs" / "reliability.md"
SHOWN = 20


def main() -> int:
    """Soak; give the exit status, 1 if anything was lost, doubled or wrong."""
    parser = argparse.ArgumentParser(prog="python -m tests.soak", description=__doc__)
    parser.add_argument("--seed", type=int, default=None, help="of everything that is drawn (default: a new one)")
    parser.add_argument("--customers", type=int, default=36, help="at the same time (%(default)s)")
    parser.add_argument("--journeys", type=int, default=5000, help="at most (%(default)s)")
    parser.add_argument("--minutes", type=float, default=20, help="of trouble at most (%(default)s)")
    parser.add_argument("--page", type=Path, default=PAGE, help="where the table is written")
    wanted = parser.parse_args()
    seed = secrets.randbelow(10**6) if wanted.seed is None else wanted.seed
    plan = Plan(seed, wanted.customers, wanted.journeys, wanted.minutes * 60)
    stop_on_signals()
    workspace = Workspace(DEFAULT_WORKSPACE.directory / "soak")
    try:
        with in_the_foreground(), exclusive_use(workspace):
            return _soak(workspace, plan, wanted.page)
    except LocalError as error:
        sys.stderr.write(f"{error}\n")
        return 1


def _soak(workspace: Workspace, plan: Plan, page: Path) -> int:
    say(f"Building and deploying the stack; then {plan.customers} customers for up to {plan.seconds / 60:.0f} minutes.")
    build(workspace)
    with bring_up(workspace, free_port()) as running:
        soaked = soak(running, workspace, plan)
    say(soaked.table)
    for sentence in (soaked.audit.lost + soaked.audit.doubled + soaked.audit.wrong)[:SHOWN]:
        say(sentence)
    write_between_markers(page, soaked.table)
    return 0 if soaked.audit.passed else 1


if __name__ == "__main__":
    sys.exit(main())
