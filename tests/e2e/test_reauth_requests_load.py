"""A smaller night than that of `make load`, at a raised rate: the same invariants."""

from benchmarks.reauth_requests import report, run
from local.stack.bring_up import RunningStack

ACCOUNTS, RATE = 200, 60


def test_many_requests_mark_every_account_once_and_keep_to_the_rate(
    another_stack: RunningStack, reauth_requests_per_second: int
) -> None:
    measured = run(another_stack, ACCOUNTS, RATE)
    table = report(measured, RATE, reauth_requests_per_second)

    assert measured.marked == ACCOUNTS, table
    assert set(measured.posts.values()) == {1}, table
    assert len(measured.posts) == ACCOUNTS, table
    assert measured.dead_letters == 0, table
    assert measured.statuses[429] == 0, table
    assert measured.busiest <= RATE, table
