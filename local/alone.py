import contextlib
import fcntl
import os
from collections.abc import Iterator

from local.place import Place
from local.problem import Problem


@contextlib.contextmanager
def alone_in(place: Place) -> Iterator[None]:
    """Be the only one to run a stack in this place. Raises Problem.

    The system drops the lock with the process, however that ends, so a stale one is never in the way.
    """
    place.directory.mkdir(parents=True, exist_ok=True)
    with (place.directory / "lock").open("a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            lock.seek(0)
            raise Problem(
                f"A stack is running here already (process {lock.read().strip()}): stop it with Ctrl-C first."
            ) from error
        lock.truncate(0)
        lock.write(f"{os.getpid()}\n")
        lock.flush()
        yield
