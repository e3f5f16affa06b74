"""The simulated Sage and bank, as a process of its own."""

import contextlib
import sys
from collections.abc import Iterator

from local.environment import developers_environment
from local.place import CHECKOUT, Place
from local.processes import running
from local.state import Simulator
from local.waiting import wait_until_ready


@contextlib.contextmanager
def simulator(place: Place) -> Iterator[Simulator]:
    """Run the simulator until the context ends; give what it says of itself. Raises Problem."""
    state, log = place.simulator_json, place.log("simulator")
    state.unlink(missing_ok=True)
    command = [sys.executable, "-m", "simulator", "--state", str(state)]
    with running(command, log=log, env=developers_environment(), cwd=CHECKOUT) as process:
        # The simulator writes the file whole, by a rename, once its parties answer.
        wait_until_ready("The simulator", process, log, state.exists)
        yield Simulator.model_validate_json(state.read_bytes())
