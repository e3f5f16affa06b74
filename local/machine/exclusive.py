import contextlib
import fcntl
import os
from collections.abc import Iterator

from local.machine.errors import LocalError
from local.machine.workspace import Workspace


@contextlib.contextmanager
def exclusive_use(workspace: Workspace) -> Iterator[None]:
    """Be the only one to run a stack in this workspace. Raises LocalError.

    The system drops the lock with the process, however that ends, so a stale one is never in the way.
    """
    workspace.directory.mkdir(parents=True, exist_ok=True)
    with (workspace.directory / "lock").open("a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            lock.seek(0)
            raise LocalError(
                f"A stack is running here already (process {lock.read().strip()}): stop it with Ctrl-C first."
            ) from error
        lock.truncate(0)
        lock.write(f"{os.getpid()}\n")
        lock.flush()
        yield
