"""A function in Docker, by `sam local invoke`."""

import contextlib
import json
import os
import platform
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from local.invoke import forwarding
from local.invoke.container_network import bridge_address, ports
from local.invoke.deployed import DeployedFunction
from local.invoke.invocation import LAYERS, Invocation, Invoke, lines_of
from local.machine.environment import child_environment
from local.machine.errors import LocalError
from local.machine.ports import LOOPBACK
from local.machine.processes import error_line
from local.machine.workspace import TOOLS, Workspace


def has_docker() -> bool:
    """Return whether a Docker engine answers."""
    if shutil.which("docker") is None:
        return False
    return subprocess.run(["docker", "info"], capture_output=True, check=False).returncode == 0  # noqa: S607 - found on PATH


@contextlib.contextmanager
def in_docker(function: DeployedFunction, workspace: Workspace, aws: Mapping[str, str]) -> Iterator[Invoke]:
    """Run the function with `sam local invoke`. `aws` has the variables of the AWS SDK."""
    with tempfile.TemporaryDirectory(prefix="invoke-", dir=workspace.directory) as directory:
        code, template, event_file, log = (Path(directory) / name for name in ("code", "template", "event", "log"))
        _assemble(function, workspace, code)
        environment = child_environment(**aws)
        # SAM prefers its own environment to the template's variables.
        environment.pop("AWS_ENDPOINT_URL", None)

        def invoke(event: object) -> Invocation:
            called = ports(json.dumps([event, *function.variables.values(), *aws.values()]))
            variables = {**function.variables, forwarding.PORTS: ",".join(map(str, called))}
            variables |= {name: value for name, value in aws.items() if name == "AWS_ENDPOINT_URL"}
            template.write_text(json.dumps(template_of(function, code, variables)))
            event_file.write_text(json.dumps(event))
            command: list[str | Path] = [
                *(TOOLS / "sam", "local", "invoke", function.logical_id),
                *("--template", template, "--event", event_file),
            ]
            with contextlib.ExitStack() as stack:
                if platform.system() != "Darwin":  # Docker Desktop does the same itself
                    address = bridge_address()
                    command += ["--add-host", f"{forwarding.HOST}:{address}"]
                    stack.enter_context(forwarding.forwarded(address, called, LOOPBACK))
                errors = stack.enter_context(log.open("wb"))
                ran = subprocess.run(  # noqa: S603 - a fixed command without a shell
                    command, stdout=subprocess.PIPE, stderr=errors, env=environment, check=False
                )
            if ran.returncode:
                raise LocalError(f"sam local invoke failed: {error_line(log)}")
            return Invocation(json.loads(ran.stdout.splitlines()[-1]), lines_of(log))

        yield invoke


def _assemble(function: DeployedFunction, workspace: Workspace, code: Path) -> None:
    """Put the function, its layers and the forwarding into one folder: SAM builds an image for layers at each start."""
    for part in (*(workspace.build / layer / "python" for layer in LAYERS), workspace.build / function.logical_id):
        shutil.copytree(part, code, dirs_exist_ok=True, copy_function=os.link)
    shutil.copy(forwarding.__file__, code)


def template_of(function: DeployedFunction, code: Path, variables: Mapping[str, str]) -> dict[str, Any]:
    """Return a template of the function alone, with every variable: SAM passes only those that a template declares."""
    properties = {
        "Runtime": "python3.13",
        "Handler": "forwarding.handler" if variables[forwarding.PORTS] else "app.handler",
        "CodeUri": str(code),
        "Timeout": function.timeout_seconds,
        "MemorySize": function.memory_megabytes,
        "Environment": {"Variables": dict(variables)},
        "LoggingConfig": {"LogFormat": "JSON"},
    }
    return {
        "AWSTemplateFormatVersion": "2010-09-09",
        "Transform": "AWS::Serverless-2016-10-31",
        "Resources": {function.logical_id: {"Type": "AWS::Serverless::Function", "Properties": properties}},
    }
