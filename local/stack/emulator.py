"""The local AWS: MiniStack, in an environment of its own because it pins botocore."""

import contextlib
import tempfile
from collections.abc import Iterator
from pathlib import Path

import requests

from local.machine.ports import LOOPBACK
from local.machine.processes import running
from local.machine.readiness import wait_until_ready
from local.machine.workspace import EMULATOR_PYTHON, Workspace
from simulator.loopback import session


@contextlib.contextmanager
def emulator(workspace: Workspace, port: int, region: str, functions_endpoint: str | None = None) -> Iterator[str]:
    """Run the local AWS until the context ends. The value is its endpoint URL. Raises LocalError.

    `functions_endpoint` is the URL at which the functions reach AWS; None: directly.
    """
    url = f"http://{LOOPBACK}:{port}"
    log = workspace.log("emulator")
    # The files include an unpacked layer for every Lambda worker.
    with tempfile.TemporaryDirectory(prefix="emulator-", dir=workspace.directory, ignore_cleanup_errors=True) as files:
        command = [str(EMULATOR_PYTHON), "-m", "ministack"]
        environment = _environment(files, port, region)
        if functions_endpoint:
            environment["AWS_ENDPOINT_URL"] = functions_endpoint
        with running(command, log=log, env=environment, cwd=Path(files)) as process:
            wait_until_ready("The local AWS", process, log, lambda: _responds(f"{url}/_ministack/ready"))
            yield url


def _environment(files: str, port: int, region: str) -> dict[str, str]:
    """Return the environment. Lambda workers inherit it, so it contains no variable of the developer."""
    return {
        "PATH": "/usr/bin:/bin",
        "LANG": "C.UTF-8",
        "HOME": files,
        "TMPDIR": files,
        "STATE_DIR": f"{files}/state",
        "S3_DATA_DIR": f"{files}/s3",
        "GATEWAY_PORT": str(port),
        "BIND_HOST": LOOPBACK,
        "MINISTACK_REGION": region,
        "LAMBDA_EXECUTOR": "local",
        "LAMBDA_WARM_TTL_SECONDS": "900",
        "IOT_MTLS_ENABLED": "0",
        "SFTP_ENABLED": "0",
    }


def _responds(url: str) -> bool:
    with contextlib.suppress(requests.ConnectionError), session() as client:
        return client.get(url, timeout=5).ok
    return False
