"""The simulated Sage and bank, as a process of its own."""

import contextlib
import sys
from collections.abc import Iterator

from local.machine.environment import child_environment
from local.machine.processes import running
from local.machine.readiness import wait_until_ready
from local.machine.workspace import CHECKOUT, Workspace
from local.stack.simulator_state import Simulator


@contextlib.contextmanager
def simulator(workspace: Workspace) -> Iterator[Simulator]:
    """Run the simulator until the context ends; give what it says of itself. Raises Problem."""
    state, log = workspace.simulator_json, workspace.log("simulator")
    state.unlink(missing_ok=True)
    command = [sys.executable, "-m", "simulator", "--state", str(state)]
    with running(command, log=log, env=child_environment(), cwd=CHECKOUT) as process:
        # The simulator writes the file whole, by a rename, once its parties answer.
        wait_until_ready("The simulator", process, log, state.exists)
        yield Simulator.model_validate_json(state.read_bytes())
