"""One function in AWS's runtime emulator, as Lambda runs it: its package, its layers, and no byte-code written."""

import json
import re
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.packages import Package
from benchmarks.upstream import AWS_CREDENTIALS, Call, Upstream
from local.machine.runtime_emulator import RuntimeEmulator, runtime_emulator
from tests.deployment import environment_for

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

    def __init__(self, emulator: RuntimeEmulator, upstream: Upstream) -> None:
        self._emulator = emulator
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
        return self._emulator.send(event)

    @property
    def init_milliseconds(self) -> float:
        """How long the init took, once the first event was answered."""
        found = INIT.search(self._emulator.log.read_bytes())
        if found is None:
            raise RuntimeError(f"no report of the init: {self.log_text[-800:]}")
        return float(found[1])

    @property
    def log_text(self) -> str:
        """Everything that the emulator and the function wrote."""
        return self._emulator.log.read_text(errors="replace")

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
        tasks = Path(f"/proc/{self._emulator.process.pid}/task").iterdir()
        [pid] = [child for task in tasks for child in (task / "children").read_text().split()]
        return int(pid)

    def _reported(self) -> float:
        """Return the time of the invocation that was just answered. The report follows the answer."""
        give_up_at = time.monotonic() + SECONDS_TO_REPORT
        while time.monotonic() < give_up_at:
            with self._emulator.log.open("rb") as log:
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
    path = (*([PROBE] if probed else []), package.folder, *package.layers, package.runtime)
    with tempfile.TemporaryDirectory(prefix="benchmark-") as directory:
        env = _environment(package, upstream) | (variables or {})
        handler, log = "probe.handler" if probed else package.handler, Path(directory) / "log"
        with runtime_emulator(handler, folder=package.folder, path=path, env=env, log=log) as emulator:
            yield Runtime(emulator, upstream)


def _environment(package: Package, upstream: Upstream) -> dict[str, str]:
    values = upstream.environment | {
        "Authenticator": "consent",
        # Without the grace: to wait for a notification that does not come is no work.
        "NotificationGraceMilliseconds": "0",
    }
    return (
        environment_for(values)
        | AWS_CREDENTIALS
        | {
            "AWS_ENDPOINT_URL": upstream.url,
            "AWS_LAMBDA_FUNCTION_NAME": package.name,
            "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": MEMORY_MEGABYTES,
            "AWS_REGION": AWS_CREDENTIALS["AWS_DEFAULT_REGION"],
            "PROBED_HANDLER": package.handler,
        }
    )
