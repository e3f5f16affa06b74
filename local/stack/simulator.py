"""The simulator as a child process."""

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
    """Run the simulator until the context ends. The value is its description. Raises LocalError."""
    state, log = workspace.simulator_json, workspace.log("simulator")
    state.unlink(missing_ok=True)
    command = [sys.executable, "-m", "simulator", "--state", str(state)]
    with running(command, log=log, env=child_environment(), cwd=CHECKOUT) as process:
        # The simulator creates the file by a rename when all its servers listen.
        wait_until_ready("The simulator", process, log, state.exists)
        yield Simulator.model_validate_json(state.read_bytes())
