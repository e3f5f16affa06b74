"""One function in AWS's runtime emulator, as Lambda runs it: its package, its layers, and no byte-code written."""

import json
import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import samcli  # type: ignore[import-untyped]  # the SAM CLI ships no types

from benchmarks.packages import Package
from benchmarks.upstream import AWS_CREDENTIALS, Call, Upstream
from local.machine.ports import LOOPBACK, free_port
from local.machine.processes import running
from local.machine.readiness import wait_until_ready
from tests.deployment import environment_for

EMULATOR = Path(samcli.__file__).parent / "local" / "rapid" / f"aws-lambda-rie-{os.uname().machine}"
INVOCATIONS = "/2015-03-31/functions/function/invocations"
INIT = re.compile(rb"INIT REPORT\(durationMs: ([\d.]+)\)")
INVOKED = re.compile(rb"INVOKE RTDONE\(status: (\w+), [^)]*duration: ([\d.]+)ms\)")
MEMORY_MEGABYTES = "1024"
SECONDS_TO_REPORT = 5
PROBE = Path(__file__).parent / "probe"


@dataclass(frozen=True)
class Answer:
    """What a function answered to API Gateway's event, and what that took. Times are in milliseconds."""

    status: int
    headers: Mapping[str, str]
    body: str
    milliseconds: float
    """The invocation as the runtime emulator timed it, without the init."""
    calls: tuple[Call, ...]

    @property
    def own_milliseconds(self) -> float:
        """The same without the time that AWS and Sage took to answer."""
        return self.milliseconds - sum(call.milliseconds for call in self.calls)


@dataclass(frozen=True)
class Usage:
    """What the function's process has used since it began."""

    cpu_milliseconds: float
    peak_kibibytes: int
    """The largest resident set (VmHWM)."""


class Runtime:
    """A started emulator. The function itself starts with its first event, as on Lambda."""

    def __init__(self, process: subprocess.Popen[bytes], port: int, log: Path, upstream: Upstream) -> None:
        self._process = process
        self._port = port
        self._log = log
        self._upstream = upstream
        self._read = 0

    def invoke(self, event: Mapping[str, Any]) -> Answer:
        """Send an event; raise RuntimeError where the function does not answer it."""
        self._upstream.take()
        answer = self.send(event)
        if "statusCode" not in answer:
            raise RuntimeError(f"the function failed: {json.dumps(answer)[:600]} {self._errors}")
        milliseconds = self._reported()
        headers = {name: values[0] for name, values in (answer.get("multiValueHeaders") or {}).items()}
        return Answer(
            answer["statusCode"],
            headers | (answer.get("headers") or {}),
            answer.get("body") or "",
            milliseconds,
            tuple(self._upstream.take()),
        )

    def send(self, event: Mapping[str, Any]) -> Any:  # noqa: ANN401 - whatever the handler returned
        """Send an event and return the handler's own answer."""
        connection = HTTPConnection(LOOPBACK, self._port, timeout=60)
        try:
            connection.request("POST", INVOCATIONS, json.dumps(event))
            return json.loads(connection.getresponse().read())
        finally:
            connection.close()

    @property
    def init_milliseconds(self) -> float:
        """How long the init took, once the first event was answered."""
        found = INIT.search(self._log.read_bytes())
        if found is None:
            raise RuntimeError(f"no report of the init: {self.log_text[-800:]}")
        return float(found[1])

    @property
    def log_text(self) -> str:
        """Everything that the emulator and the function wrote."""
        return self._log.read_text(errors="replace")

    @property
    def _errors(self) -> str:
        return "\n".join(line for line in self.log_text.splitlines() if "errorMessage" in line)[:2000]

    def usage(self) -> Usage:
        """Read the usage of the function's process."""
        pid = self._function_pid()
        # The clock of another process's CPU time, in nanoseconds: clock_getcpuclockid(3).
        cpu = time.clock_gettime((~pid << 3) | 2)
        status = Path(f"/proc/{pid}/status").read_text()
        [peak] = [line.split()[1] for line in status.splitlines() if line.startswith("VmHWM:")]
        return Usage(cpu * 1000, int(peak))

    def _function_pid(self) -> int:
        tasks = Path(f"/proc/{self._process.pid}/task").iterdir()
        [pid] = [child for task in tasks for child in (task / "children").read_text().split()]
        return int(pid)

    def _reported(self) -> float:
        """Return the time of the invocation that was just answered. The report follows the answer."""
        give_up_at = time.monotonic() + SECONDS_TO_REPORT
        while time.monotonic() < give_up_at:
            with self._log.open("rb") as log:
                log.seek(self._read)
                text = log.read()
            if found := INVOKED.search(text):
                self._read += found.end()
                return float(found[2])
            time.sleep(0.0005)
        raise RuntimeError(f"no report of the invocation: {self.log_text[-800:]}")


@contextmanager
def started(
    package: Package, upstream: Upstream, *, probed: bool = False, variables: dict[str, str] | None = None
) -> Iterator[Runtime]:
    """Start the emulator for a package until the context ends."""
    port, api = free_port(), free_port()
    with tempfile.TemporaryDirectory(prefix="benchmark-") as directory:
        log = Path(directory) / "log"
        command = [
            EMULATOR,
            *("--runtime-interface-emulator-address", f"{LOOPBACK}:{port}"),
            *("--runtime-api-address", f"{LOOPBACK}:{api}"),
            # Without `site`, a package that the layers lack is not found in the development environment.
            *(sys._base_executable, "-S", "-m", "awslambdaric"),  # type: ignore[attr-defined]  # noqa: SLF001 - the interpreter without the virtual environment
            "probe.handler" if probed else package.handler,
        ]
        env = _environment(package, upstream, probed=probed) | (variables or {})
        with running(command, log=log, env=env, cwd=package.folder) as process:
            wait_until_ready("The runtime emulator", process, log, lambda: _listens(port))
            yield Runtime(process, port, log, upstream)


def _environment(package: Package, upstream: Upstream, *, probed: bool) -> dict[str, str]:
    values = upstream.environment | {
        "Authenticator": "consent",
        # Without the grace: to wait for a notification that does not come is no work.
        "NotificationGraceMilliseconds": "0",
    }
    path = [*([PROBE] if probed else []), package.folder, *package.layers, package.runtime]
    return (
        environment_for(values)
        | AWS_CREDENTIALS
        | {
            "AWS_ENDPOINT_URL": upstream.url,
            "AWS_LAMBDA_FUNCTION_NAME": package.name,
            "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": MEMORY_MEGABYTES,
            "AWS_LAMBDA_LOG_FORMAT": "JSON",
            "AWS_REGION": AWS_CREDENTIALS["AWS_DEFAULT_REGION"],
            "LAMBDA_TASK_ROOT": str(package.folder),
            "PATH": "/usr/bin:/bin",
            "PYTHONPATH": os.pathsep.join(map(str, path)),
            "PROBED_HANDLER": package.handler,
            # As on Lambda, whose file system is read-only.
            "PYTHONDONTWRITEBYTECODE": "1",
        }
    )


def _listens(port: int) -> bool:
    connection = HTTPConnection(LOOPBACK, port, timeout=1)
    try:
        connection.connect()
    except OSError:
        return False
    connection.close()
    return True
