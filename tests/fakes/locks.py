"""Locks in memory."""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from uuid import uuid4

from connector.aws.lock import Lock, LockHeldError


@dataclass
class _Item:
    holder: str
    until: float
    cooling_down: bool


class MemoryLocks:
    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._locks: dict[str, _Item] = {}

    def acquire(self, name: str, seconds: float) -> Lock:
        with self._lock:
            now, found = self._clock(), self._locks.get(name)
            if found and found.until > now:
                raise LockHeldError(found.until - now, cooling_down=found.cooling_down)
            lock = Lock(name, uuid4().hex)
            self._locks[name] = _Item(lock.holder, now + seconds, cooling_down=False)
            return lock

    def release(self, lock: Lock, *, cool_down: float = 0) -> None:
        with self._lock:
            if self._locks[lock.name].holder == lock.holder:
                until = self._clock() + cool_down if cool_down else 0.0
                self._locks[lock.name] = _Item(lock.holder, until, cooling_down=cool_down > 0)
