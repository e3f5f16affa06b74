"""A function in AWS's runtime emulator, without Docker."""

import platform
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from local.invoke.deployed import DeployedFunction
from local.invoke.invocation import LAYERS, Invocation, Invoke, lines_of
from local.machine.errors import LocalError
from local.machine.runtime_emulator import EMULATOR, copy_runtime, runtime_emulator
from local.machine.workspace import Workspace


@contextmanager
def in_emulator(function: DeployedFunction, workspace: Workspace, aws: Mapping[str, str]) -> Iterator[Invoke]:
    """Run the function with its layers and this machine's Python 3.13. `aws` has the variables of the AWS SDK."""
    if not (platform.system() == "Linux" and EMULATOR.exists()):
        raise LocalError("AWS's runtime emulator runs on Linux only: start Docker, and run the same command again.")
    folder = workspace.build / function.logical_id
    with tempfile.TemporaryDirectory(prefix="invoke-", dir=workspace.directory) as directory:
        runtime, log = Path(directory) / "runtime", Path(directory) / "log"
        copy_runtime(runtime)
        path = (folder, *(workspace.build / layer / "python" for layer in LAYERS), runtime)
        lambdas = {
            "AWS_LAMBDA_FUNCTION_NAME": function.logical_id,
            "AWS_LAMBDA_FUNCTION_TIMEOUT": str(function.timeout_seconds),
            "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(function.memory_megabytes),
        }
        env = {**function.variables, **aws, **lambdas}
        with runtime_emulator("app.handler", folder=folder, path=path, env=env, log=log) as emulator:
            read = 0

            def invoke(event: object) -> Invocation:
                nonlocal read
                answer = emulator.send(event)
                lines = lines_of(log)
                new, read = lines[read:], len(lines)
                return Invocation(answer, new)

            yield invoke
