"""The faults of the soak test: at Sage, at AWS, in Lambda, and rotations of the client secret."""

import json
import os
import signal
import subprocess
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from random import Random
from typing import Any

from local.machine.workspace import Workspace
from local.stack.bring_up import RunningStack
from local.stack.deployment import STACK_NAME
from tests.soak.aws_proxy import AwsProxy

A_FIFTH = 0.2
AT_AWS = 0.05
"""The probability that a call to AWS fails."""
LATE_SECONDS = 6
"""Longer than the connector's time-out of one call."""
OUTAGE_SECONDS = 8

AT_PROVIDER_API: list[dict[str, Any]] = [
    {"kind": "status", "status": 503},
    {"kind": "status", "status": 408},
    {"kind": "status", "status": 429},
    {"kind": "status", "status": 429, "retry_after": "2"},
    {"kind": "status_after", "status": 500},
    {"kind": "delay", "seconds": LATE_SECONDS},
    {"kind": "drop_before"},
    {"kind": "drop_after"},
    {"kind": "malformed"},
    {"kind": "truncated"},
    {"kind": "revoke_token"},
]
AT_SAGE_ID: list[dict[str, Any]] = [
    {"kind": "status", "status": 503},
    {"kind": "status", "status": 429, "retry_after": "2"},
    {"kind": "delay", "seconds": LATE_SECONDS},
    {"kind": "drop_before"},
    {"kind": "drop_after"},
    {"kind": "malformed"},
    {"kind": "truncated"},
]

AT_BANK: list[dict[str, Any]] = [
    {"kind": "status", "status": 503},
    {"kind": "status_after", "status": 500},
    {"kind": "drop_before"},
    {"kind": "drop_after"},
    {"kind": "truncated"},
]
"""At the provider's backend and identity provider; their callers are the connector and the customers' browsers."""
A_TENTH = 0.1


class FaultInjector:
    """Injects faults while its context lasts, and counts those that the simulator does not count."""

    def __init__(  # noqa: PLR0913 - what fails, and how often
        self,
        running: RunningStack,
        workspace: Workspace,
        seed: int,
        *,
        kill_every: float,
        outage_every: float,
        aws: AwsProxy | None = None,
    ) -> None:
        self._aws = aws
        self._running = running
        self._workspace = workspace
        self._seed = seed
        self._random = Random(seed)  # noqa: S311 - the sequence must be repeatable
        self._every = {
            self._kill: kill_every,
            self._rotate: outage_every,
            self._outage: outage_every,
            self._fire_twice: outage_every,
        }
        self._scheduled = [_physical_name(running, name) for name in ("DeliveryFunction", "ConfirmationFunction")]
        self._stop = threading.Event()
        self.injected: Counter[str] = Counter()

    @contextmanager
    def running(self) -> Iterator[None]:
        """Inject faults while the context lasts."""
        self._plan_all(self._seed)
        if self._aws:
            self._aws.probability = AT_AWS
        threads = [threading.Thread(target=self._repeat, args=each, daemon=True) for each in self._every.items()]
        for thread in threads:
            thread.start()
        try:
            yield
        finally:
            self._stop.set()
            for thread in threads:
                thread.join()
            if self._aws:
                self._aws.probability = 0
                self.injected += self._aws.applied
            self._running.control.delete("/faults")

    def _plan_all(self, seed: int) -> None:
        self._plan("provider_api", AT_PROVIDER_API, probability=A_FIFTH, seed=seed)
        self._plan("sage_id", AT_SAGE_ID, probability=A_FIFTH, seed=seed)
        self._plan("bank", AT_BANK, probability=A_TENTH, seed=seed)

    def _plan(self, party: str, faults: list[dict[str, Any]], **more: float) -> None:
        self._running.control.post("/faults", {"party": party, "faults": faults, **more})

    def _repeat(self, inject: Callable[[], None], every: float) -> None:
        while not self._stop.wait(every * self._random.uniform(0.5, 1.5)):
            inject()

    def _kill(self) -> None:
        """Kill a random Lambda environment, possibly during a request."""
        if workers := lambda_workers(self._workspace):
            os.kill(self._random.choice(workers), signal.SIGKILL)
            self.injected["Lambda environment killed"] += 1

    def _rotate(self) -> None:
        """Replace the client secret at Sage ID, and one second later in the credentials secret."""
        rotated = self._running.control.post("/sage-id/client-secret", {})
        self._stop.wait(1)
        secrets, arn = self._running.aws.secrets, self._running.outputs["CredentialsSecretArn"]
        known = json.loads(secrets.get_secret_value(SecretId=arn)["SecretString"])
        secrets.put_secret_value(SecretId=arn, SecretString=json.dumps(known | rotated))
        self.injected["client secret rotated"] += 1

    def _fire_twice(self) -> None:
        """Invoke the two scheduled functions twice at once, between the times of their schedules."""
        for name in self._scheduled:
            for _ in range(2):
                self._running.aws.functions.invoke(FunctionName=name, InvocationType="Event", Payload=b"{}")
            self.injected["schedule fired twice"] += 1

    def _outage(self) -> None:
        """Drop every connection to the Provider API for `OUTAGE_SECONDS`."""
        # The first plan that matches a request applies, so the older plans are removed.
        self._running.control.delete("/faults")
        self._plan("provider_api", [{"kind": "drop_before"}], probability=1, for_seconds=OUTAGE_SECONDS)
        self._plan_all(self._random.randrange(2**32))
        self.injected[f"outage of {OUTAGE_SECONDS} s"] += 1


def _physical_name(running: RunningStack, logical_id: str) -> str:
    found = running.aws.cloudformation.describe_stack_resource(StackName=STACK_NAME, LogicalResourceId=logical_id)
    return found["StackResourceDetail"]["PhysicalResourceId"]


def lambda_workers(workspace: Workspace) -> list[int]:
    """List the processes in which the local AWS of this workspace runs functions."""
    listed = subprocess.run(["ps", "-eo", "pid=,args="], check=True, capture_output=True, text=True)  # noqa: S607 - a POSIX command
    lines = (line.split(maxsplit=1) for line in listed.stdout.splitlines())
    # The script of a worker is in the directory of the local AWS.
    files = str(workspace.directory / "emulator-")
    return [int(pid) for pid, command in lines if files in command]
