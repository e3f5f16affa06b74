"""AWS's emulator of Lambda's runtime, from the SAM CLI: it runs a function without Docker, on Linux only."""

import json
import os
import shutil
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from importlib.metadata import files
from pathlib import Path
from subprocess import Popen
from typing import Any

import samcli  # type: ignore[import-untyped]  # the SAM CLI ships no types

from local.machine.ports import LOOPBACK, free_port
from local.machine.processes import running
from local.machine.readiness import wait_until_ready

EMULATOR = Path(samcli.__file__).parent / "local" / "rapid" / f"aws-lambda-rie-{os.uname().machine}"
INVOCATIONS = "/2015-03-31/functions/function/invocations"
LONGEST_INVOCATION_SECONDS = 130
RUNTIME_PACKAGES = ("awslambdaric", "simplejson", "snapshot-restore-py")


@dataclass(frozen=True)
class RuntimeEmulator:
    """A started emulator. The function itself starts with its first event, as on Lambda."""

    process: Popen[bytes]
    port: int
    log: Path
    """The output of the emulator and of the function."""

    def send(self, event: object) -> Any:  # noqa: ANN401 - whatever the handler returned
        """Send an event and return the handler's own answer."""
        connection = HTTPConnection(LOOPBACK, self.port, timeout=LONGEST_INVOCATION_SECONDS)
        try:
            connection.request("POST", INVOCATIONS, json.dumps(event))
            return json.loads(connection.getresponse().read())
        finally:
            connection.close()


@contextmanager
def runtime_emulator(
    handler: str, *, folder: Path, path: Sequence[Path], env: Mapping[str, str], log: Path
) -> Iterator[RuntimeEmulator]:
    """Start the emulator for a function until the context ends. Raises LocalError.

    `folder` has the function's own code; `path` is its PYTHONPATH: its folder, its layers, the runtime's packages.
    """
    port, api = free_port(), free_port()
    command = [
        EMULATOR,
        *("--runtime-interface-emulator-address", f"{LOOPBACK}:{port}"),
        *("--runtime-api-address", f"{LOOPBACK}:{api}"),
        # Without `site`, a package that the layers lack is not found in the development environment.
        *(sys._base_executable, "-S", "-m", "awslambdaric"),  # type: ignore[attr-defined]  # noqa: SLF001 - the interpreter without the virtual environment
        handler,
    ]
    lambdas = {
        "AWS_LAMBDA_LOG_FORMAT": "JSON",
        "LAMBDA_TASK_ROOT": str(folder),
        "PATH": "/usr/bin:/bin",
        "PYTHONPATH": os.pathsep.join(map(str, path)),
        # As on Lambda, whose file system is read-only.
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    with running(command, log=log, env={**env, **lambdas}, cwd=folder) as process:
        wait_until_ready("The runtime emulator", process, log, lambda: _listens(port))
        yield RuntimeEmulator(process, port, log)


def copy_runtime(folder: Path) -> None:
    """Copy what Lambda's managed runtime brings (awslambdaric) out of the development environment."""
    shutil.rmtree(folder, ignore_errors=True)
    for package in RUNTIME_PACKAGES:
        for file in files(package) or ():
            source = Path(str(file.locate()))
            if ".." not in file.parts and source.suffix != ".pyc" and source.exists():
                (folder / file).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(source, folder / file)


def _listens(port: int) -> bool:
    connection = HTTPConnection(LOOPBACK, port, timeout=1)
    try:
        connection.connect()
    except OSError:
        return False
    connection.close()
    return True
