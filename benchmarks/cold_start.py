"""Measure the init and the first request of a cold function, in AWS's Lambda runtime emulator."""

import os
import re
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import boto3
import requests
import samcli  # type: ignore[import-untyped]  # the SAM CLI ships no types

from local.machine.ports import free_port
from local.machine.readiness import wait_until_ready
from local.machine.terminal import say
from local.machine.workspace import CHECKOUT, Workspace
from local.stack.deployment import build
from local.stack.emulator import emulator
from tests.deployment import environment_for
from tests.template import create_table

RUNS = 7
REGION = "eu-west-1"
EMULATOR = Path(samcli.__file__).parent / "local" / "rapid" / f"aws-lambda-rie-{os.uname().machine}"
INIT = re.compile(r"INIT REPORT\(durationMs: ([\d.]+)\)")
# The emulator starts the function at its first request, and its duration of the request includes the init.
WHOLE = re.compile(r"\tDuration: ([\d.]+) ms")
LAYERS = ("DependenciesLayer", "ConnectorLayer")


@dataclass(frozen=True)
class Subject:
    """A function to measure: its folder, the layers on its path, and its event."""

    name: str
    folder: Path
    layers: tuple[Path, ...]
    event: str


def main() -> None:
    """Measure every subject several times, in turn, and print the table."""
    with tempfile.TemporaryDirectory() as directory:
        workspace = Workspace(Path(directory))
        build(workspace)
        subjects = [*_ours(workspace.build), *_without_byte_code(workspace), _conventional(workspace.build)]
        with emulator(workspace, free_port(), REGION) as endpoint:
            environment = _environment(endpoint)
            measured: dict[str, list[tuple[float, float]]] = {subject.name: [] for subject in subjects}
            for _ in range(RUNS):
                for subject in subjects:
                    measured[subject.name].append(_start(subject, environment))
    say(f"{'milliseconds, of ' + str(RUNS) + ' cold starts':44}{'init':>24}{'first request':>24}")
    for name, runs in measured.items():
        init, first = zip(*runs, strict=True)
        say(f"{name:44}{_shown(init):>24}{_shown(first):>24}")


def _ours(built: Path) -> Iterator[Subject]:
    layers = tuple(built / layer / "python" for layer in LAYERS)
    for function in ("notification", "authrefresh", "completion"):
        yield Subject(function, built / f"{function.title()}Function", layers, function)


def _without_byte_code(workspace: Workspace) -> Iterator[Subject]:
    bare = workspace.directory / "bare"
    for layer in LAYERS:
        shutil.copytree(workspace.build / layer, bare / layer, ignore=shutil.ignore_patterns("__pycache__"))
    for subject in _ours(workspace.build):
        layers = tuple(bare / layer / "python" for layer in LAYERS)
        yield Subject(f"{subject.name}, no byte-code", subject.folder, layers, subject.event)


def _conventional(built: Path) -> Subject:
    layers = (built / "DependenciesLayer" / "python",)
    return Subject("authrefresh, the usual way", CHECKOUT / "benchmarks" / "conventional", layers, "authrefresh")


def _environment(endpoint: str) -> dict[str, str]:
    credentials = {"AWS_ACCESS_KEY_ID": "local", "AWS_SECRET_ACCESS_KEY": "local", "AWS_DEFAULT_REGION": REGION}
    client = boto3.client(
        "dynamodb",
        endpoint_url=endpoint,
        region_name=REGION,
        aws_access_key_id="local",
        aws_secret_access_key="local",  # noqa: S106 - the local AWS accepts any secret
    )
    create_table(client)
    # The grace is 0, because waiting for a notification is not a part of the measurement.
    settings = environment_for({"Authenticator": "consent", "NotificationGraceMilliseconds": "0"})
    return settings | credentials | {"AWS_ENDPOINT_URL": endpoint}


def _start(subject: Subject, environment: Mapping[str, str]) -> tuple[float, float]:
    """Start the function in a new process; return the durations of init and first request in milliseconds."""
    with _running(subject, environment) as (url, log):
        event = (CHECKOUT / "events" / f"{subject.event}.json").read_text()
        answer = requests.post(url, data=event, timeout=60)
        answer.raise_for_status()
        if "statusCode" not in answer.json():
            raise RuntimeError(f"{subject.name} failed: {answer.text[:300]}")
        text = log.read_text()
        init, whole = INIT.search(text), WHOLE.search(text)
        if init is None or whole is None:
            raise RuntimeError(f"no report of {subject.name} in {text[-500:]}")
        return float(init[1]), float(whole[1]) - float(init[1])


@contextmanager
def _running(subject: Subject, environment: Mapping[str, str]) -> Iterator[tuple[str, Path]]:
    port, api = free_port(), free_port()
    with tempfile.NamedTemporaryFile(suffix=".log") as log:
        process = subprocess.Popen(  # noqa: S603 - a fixed command
            [
                EMULATOR,
                *("--runtime-interface-emulator-address", f"127.0.0.1:{port}"),
                *("--runtime-api-address", f"127.0.0.1:{api}"),
                *(sys.executable, "-m", "awslambdaric", "app.handler"),
            ],
            cwd=subject.folder,
            env={
                **environment,
                "PATH": "/usr/bin:/bin",
                "PYTHONPATH": os.pathsep.join(map(str, subject.layers)),
                # On Lambda the file system is read-only, so Python writes no byte-code.
                "PYTHONDONTWRITEBYTECODE": "1",
                "AWS_LAMBDA_FUNCTION_NAME": subject.name,
            },
            stdout=log,
            stderr=subprocess.STDOUT,
        )
        try:
            wait_until_ready("The runtime emulator", process, Path(log.name), lambda: _listens(port))
            yield f"http://127.0.0.1:{port}/2015-03-31/functions/function/invocations", Path(log.name)
        finally:
            process.terminate()
            process.wait(10)


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def _shown(values: tuple[float, ...]) -> str:
    return f"{statistics.median(values):.0f} ({min(values):.0f}-{max(values):.0f})"


if __name__ == "__main__":
    main()
