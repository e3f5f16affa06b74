import subprocess
import time
from collections.abc import Callable
from pathlib import Path

from local.problem import Problem
from local.processes import last_words

SECONDS_TO_START = 60
SECONDS_BETWEEN_LOOKS = 0.05


def wait_until_ready(name: str, process: subprocess.Popen[bytes], log: Path, is_ready: Callable[[], bool]) -> None:
    """Wait for a server of ours to answer. Raises Problem if it ends first, or takes too long."""
    give_up_at = time.monotonic() + SECONDS_TO_START
    while not is_ready():
        if process.poll() is not None:
            raise Problem(f"{name} did not start: {last_words(log)} (all of it is in {log})")
        if time.monotonic() > give_up_at:
            raise Problem(f"{name} did not answer within {SECONDS_TO_START} s: see {log}")
        time.sleep(SECONDS_BETWEEN_LOOKS)
