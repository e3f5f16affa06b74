"""The search finds every state, a shortest trace to a violation, and the states without a way out."""

from collections.abc import Iterator

from model.search import search


def counter(state: int) -> Iterator[tuple[str, int]]:
    """Count to 4 in steps of one and two; from 4 nothing follows."""
    if state < 4:
        yield "one", state + 1
    if state < 3:
        yield "two", state + 2


def test_every_reachable_state_is_found() -> None:
    assert set(search(0, counter).states) == {0, 1, 2, 3, 4}


def test_the_trace_to_a_violation_is_a_shortest_one() -> None:
    [found] = search(0, counter).violations(
        {"below four": lambda state: state < 4, "natural": lambda state: state >= 0}
    )
    assert (found.invariant, found.trace, found.state) == ("below four", ("two", "two"), 4)


def test_a_state_without_a_way_to_the_end_is_stuck() -> None:
    found = search(0, counter).stuck(lambda state: state == 3)
    assert found is not None
    assert found.state == 4


def test_nothing_is_stuck_where_every_state_reaches_the_end() -> None:
    assert search(0, counter).stuck(lambda state: state == 4) is None
