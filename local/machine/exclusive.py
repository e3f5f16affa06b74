import contextlib
import fcntl
import os
from collections.abc import Iterator

from local.machine.errors import LocalError
from local.machine.workspace import Workspace


@contextlib.contextmanager
def exclusive_use(workspace: Workspace) -> Iterator[None]:
    """Lock the workspace for this process. Raises LocalError if another process has the lock.

    The operating system releases the lock when the process ends, so there are no stale locks.
    """
    workspace.directory.mkdir(parents=True, exist_ok=True)
    with (workspace.directory / "lock").open("a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            lock.seek(0)
            raise LocalError(
                f"A stack is already running here (process {lock.read().strip()}): stop it with Ctrl-C first."
            ) from error
        lock.truncate(0)
        lock.write(f"{os.getpid()}\n")
        lock.flush()
        yield
