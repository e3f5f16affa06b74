"""Searches every reachable state of a specification, breadth first: the trace to a violation is a shortest one."""

from collections import deque
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass

type Step[S] = tuple[str, S]
"""The name of the event, and the state after it."""
type Invariant[S] = Callable[[S], bool]


ENDS = "ends"
"""The invariant that from every state a state that has ended can be reached."""


@dataclass(frozen=True)
class Violation[S]:
    """A reachable state in which an invariant does not hold, with the shortest way there."""

    invariant: str
    trace: tuple[str, ...]
    state: S


@dataclass(frozen=True)
class Search[S: Hashable]:
    """Every reachable state, with the step that led there first, and the states that follow."""

    came_from: Mapping[S, tuple[str, S] | None]
    following: Mapping[S, tuple[S, ...]]

    @property
    def states(self) -> Iterable[S]:
        """Every reachable state."""
        return self.came_from

    def trace(self, state: S) -> tuple[str, ...]:
        """Return the names of the steps of a shortest way to a state."""
        names: list[str] = []
        while step := self.came_from[state]:
            name, state = step
            names.append(name)
        return tuple(reversed(names))

    def violations(self, invariants: Mapping[str, Invariant[S]]) -> Iterator[Violation[S]]:
        """Yield the first violation of each invariant."""
        for name, holds in invariants.items():
            broken = next((state for state in self.came_from if not holds(state)), None)
            if broken is not None:
                yield Violation(name, self.trace(broken), broken)

    def stuck(self, ended: Invariant[S]) -> Violation[S] | None:
        """Return a state from which no state that has `ended` can be reached any more; None where there is none."""
        before: dict[S, list[S]] = {}
        for state, following in self.following.items():
            for after in following:
                before.setdefault(after, []).append(state)
        reaching = {state for state in self.came_from if ended(state)}
        queue = deque(reaching)
        while queue:
            for state in before.get(queue.popleft(), ()):
                if state not in reaching:
                    reaching.add(state)
                    queue.append(state)
        lost = next((state for state in self.came_from if state not in reaching), None)
        return None if lost is None else Violation(ENDS, self.trace(lost), lost)

    def broken(self, invariants: Mapping[str, Invariant[S]], ended: Invariant[S]) -> set[str]:
        """Name the invariants that do not hold; `ends` is one of them where a state is stuck."""
        found = {violation.invariant for violation in self.violations(invariants)}
        return found if self.stuck(ended) is None else found | {ENDS}


def search[S: Hashable](first: S, steps: Callable[[S], Iterator[Step[S]]]) -> Search[S]:
    """Search every state that is reachable from the first one."""
    came_from: dict[S, tuple[str, S] | None] = {first: None}
    following: dict[S, tuple[S, ...]] = {}
    queue = deque([first])
    while queue:
        state = queue.popleft()
        found = list(steps(state))
        following[state] = tuple(after for _, after in found)
        for name, after in found:
            if after not in came_from:
                came_from[after] = (name, state)
                queue.append(after)
    return Search(came_from, following)
