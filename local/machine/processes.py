"""Child processes: each in a process group of its own, so that all of it ends with us and nothing else does."""

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
    """Run a command in the background until the context ends, its output in a log file."""
    with log.open("wb") as output:
        process = subprocess.Popen(  # noqa: S603 - commands of our own, no shell
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


def finish(what: str, command: Sequence[str | Path], *, log: Path, env: Mapping[str, str], cwd: Path) -> None:
    """Run a command to its end. Raises LocalError with its last words when it fails."""
    with running(command, log=log, env=env, cwd=cwd) as process:
        if process.wait():
            raise LocalError(f"{what} failed: {error_line(log)} (all of it is in {log})")


def error_line(log: Path) -> str:
    """Tell why a command failed: its last line that begins as an error does, or names one, or its last line."""
    lines = [line.strip() for line in log.read_text(errors="replace").splitlines() if line.strip()]
    errors = [line for line in lines if line.lower().startswith("error")]
    # A make only says that something failed in it.
    naming = [line for line in lines if "error" in line.lower() and not line.startswith("make")]
    return (errors or naming or lines or ["it said nothing"])[-1]


def _stop(process: subprocess.Popen[bytes]) -> None:
    # The group outlives its leader while the leader's own children do, so it is signalled even then.
    _signal_group(process, signal.SIGTERM)
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(SECONDS_TO_STOP)
    _signal_group(process, signal.SIGKILL)
    process.wait()


def _signal_group(process: subprocess.Popen[bytes], number: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, number)
