"""Everything that goes wrong in the soak: at Sage, in Lambda, and with the client secret."""

import json
import os
import signal
import subprocess
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from random import Random
from typing import Any

from local.machine.workspace import Workspace
from local.stack.bring_up import RunningStack

A_FIFTH = 0.2
LATE_SECONDS = 6
"""Longer than the connector waits for one answer."""
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


class Troublemaker:
    """Makes trouble until it is told to stop; counts what the simulator does not."""

    def __init__(
        self, running: RunningStack, workspace: Workspace, seed: int, *, kill_every: float, outage_every: float
    ) -> None:
        self._running = running
        self._workspace = workspace
        self._seed = seed
        self._random = Random(seed)  # noqa: S311 - to be repeatable is the point
        self._every = {self._kill: kill_every, self._rotate: outage_every, self._outage: outage_every}
        self._stop = threading.Event()
        self.made: Counter[str] = Counter()

    @contextmanager
    def at_work(self) -> Iterator[None]:
        """Make trouble while the context lasts."""
        self._plan("provider_api", AT_PROVIDER_API, probability=A_FIFTH, seed=self._seed)
        self._plan("sage_id", AT_SAGE_ID, probability=A_FIFTH, seed=self._seed)
        threads = [threading.Thread(target=self._again, args=each, daemon=True) for each in self._every.items()]
        for thread in threads:
            thread.start()
        try:
            yield
        finally:
            self._stop.set()
            for thread in threads:
                thread.join()
            self._running.control.delete("/faults")

    def _plan(self, party: str, faults: list[dict[str, Any]], **more: float) -> None:
        self._running.control.post("/faults", {"party": party, "faults": faults, **more})

    def _again(self, make: Any, every: float) -> None:  # noqa: ANN401 - a method of ours
        while not self._stop.wait(every * self._random.uniform(0.5, 1.5)):
            make()

    def _kill(self) -> None:
        """Kill a Lambda environment, in the middle of whatever it does."""
        if workers := lambda_workers(self._workspace):
            os.kill(self._random.choice(workers), signal.SIGKILL)
            self.made["Lambda environment killed"] += 1

    def _rotate(self) -> None:
        """Rotate the client secret; the deployer fills the new one in a moment later."""
        rotated = self._running.control.post("/sage-id/client-secret", {})
        self._stop.wait(1)
        secrets, arn = self._running.aws.secrets, self._running.outputs["CredentialsSecretArn"]
        known = json.loads(secrets.get_secret_value(SecretId=arn)["SecretString"])
        secrets.put_secret_value(SecretId=arn, SecretString=json.dumps(known | rotated))
        self.made["client secret rotated"] += 1

    def _outage(self) -> None:
        """Take the Provider API down for a while."""
        # The plan that was there first is asked first, so it makes way.
        self._running.control.delete("/faults")
        self._plan("provider_api", [{"kind": "drop_before"}], probability=1, for_seconds=OUTAGE_SECONDS)
        self._plan("provider_api", AT_PROVIDER_API, probability=A_FIFTH, seed=self._random.randrange(2**32))
        self._plan("sage_id", AT_SAGE_ID, probability=A_FIFTH, seed=self._random.randrange(2**32))
        self.made[f"outage of {OUTAGE_SECONDS} s"] += 1


def lambda_workers(workspace: Workspace) -> list[int]:
    """List the processes in which the local AWS of this workspace runs functions."""
    listed = subprocess.run(["ps", "-eo", "pid=,args="], check=True, capture_output=True, text=True)  # noqa: S607 - of POSIX
    lines = (line.split(maxsplit=1) for line in listed.stdout.splitlines())
    # The worker's script lies among the local AWS's own files.
    files = str(workspace.directory / "emulator-")
    return [int(pid) for pid, command in lines if files in command]
