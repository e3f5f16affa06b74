"""Batons in memory."""

from collections.abc import Callable
from dataclasses import dataclass
from threading import Lock
from uuid import uuid4

from connector.aws.lock import Baton, Held


@dataclass
class _Lying:
    holder: str
    until: float
    resting: bool


class MemoryBatons:
    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._lock = Lock()
        self._batons: dict[str, _Lying] = {}

    def take(self, name: str, seconds: float) -> Baton:
        with self._lock:
            now, there = self._clock(), self._batons.get(name)
            if there and there.until > now:
                raise Held(there.until - now, resting=there.resting)
            baton = Baton(name, uuid4().hex)
            self._batons[name] = _Lying(baton.holder, now + seconds, resting=False)
            return baton

    def put_down(self, baton: Baton, *, rest: float = 0) -> None:
        with self._lock:
            if self._batons[baton.name].holder == baton.holder:
                until = self._clock() + rest if rest else 0.0
                self._batons[baton.name] = _Lying(baton.holder, until, resting=rest > 0)
