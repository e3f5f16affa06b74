import subprocess
import time
from collections.abc import Callable
from pathlib import Path

from local.machine.errors import LocalError
from local.machine.processes import error_line

SECONDS_TO_START = 60
POLL_SECONDS = 0.05


def wait_until_ready(name: str, process: subprocess.Popen[bytes], log: Path, is_ready: Callable[[], bool]) -> None:
    """Wait until a server responds. Raises LocalError if the process ends or `SECONDS_TO_START` are over."""
    deadline = time.monotonic() + SECONDS_TO_START
    while not is_ready():
        if process.poll() is not None:
            raise LocalError(f"{name} did not start: {error_line(log)} (the whole output is in {log})")
        if time.monotonic() > deadline:
            raise LocalError(f"{name} did not respond within {SECONDS_TO_START} s: see {log}")
        time.sleep(POLL_SECONDS)
