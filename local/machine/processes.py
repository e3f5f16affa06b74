"""Child processes. Each has its own process group, so that its children end with it, and no other process does."""

import contextlib
import os
import signal
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from local.machine.errors import LocalError

SECONDS_TO_STOP = 10


@contextlib.contextmanager
def running(
    command: Sequence[str | Path], *, log: Path, env: Mapping[str, str], cwd: Path
) -> Iterator[subprocess.Popen[bytes]]:
    """Run a command in the background until the context ends. Its output goes to a log file."""
    with log.open("wb") as output:
        process = subprocess.Popen(  # noqa: S603 - fixed commands without a shell
            command,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            env=dict(env),
            cwd=cwd,
            start_new_session=True,
        )
    try:
        yield process
    finally:
        _stop(process)


def run_to_end(name: str, command: Sequence[str | Path], *, log: Path, env: Mapping[str, str], cwd: Path) -> None:
    """Run a command to its end. Raises LocalError with the line of the error if the command fails."""
    with running(command, log=log, env=env, cwd=cwd) as process:
        if process.wait():
            raise LocalError(f"{name} failed: {error_line(log)} (the whole output is in {log})")


def error_line(log: Path) -> str:
    """Return the line of a log that names the error: the last that begins with "error", contains it, or is the last."""
    lines = [line.strip() for line in log.read_text(errors="replace").splitlines() if line.strip()]
    errors = [line for line in lines if line.lower().startswith("error")]
    # A line of make only says that a command failed.
    naming = [line for line in lines if "error" in line.lower() and not line.startswith("make")]
    return (errors or naming or lines or ["it printed nothing"])[-1]


def _stop(process: subprocess.Popen[bytes]) -> None:
    # The group exists as long as a child of the process runs, even if the process itself has ended.
    _signal_group(process, signal.SIGTERM)
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(SECONDS_TO_STOP)
    _signal_group(process, signal.SIGKILL)
    process.wait()


def _signal_group(process: subprocess.Popen[bytes], number: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, number)
