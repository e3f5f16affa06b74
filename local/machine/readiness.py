import subprocess
import time
from collections.abc import Callable
from pathlib import Path

from local.machine.errors import LocalError
from local.machine.processes import error_line

SECONDS_TO_START = 60
SECONDS_BETWEEN_LOOKS = 0.05


def wait_until_ready(name: str, process: subprocess.Popen[bytes], log: Path, is_ready: Callable[[], bool]) -> None:
    """Wait for a server of ours to answer. Raises LocalError if it ends first, or takes too long."""
    give_up_at = time.monotonic() + SECONDS_TO_START
    while not is_ready():
        if process.poll() is not None:
            raise LocalError(f"{name} did not start: {error_line(log)} (all of it is in {log})")
        if time.monotonic() > give_up_at:
            raise LocalError(f"{name} did not answer within {SECONDS_TO_START} s: see {log}")
        time.sleep(SECONDS_BETWEEN_LOOKS)
