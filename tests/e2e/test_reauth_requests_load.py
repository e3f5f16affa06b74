"""A smaller night than that of `make load`, at a raised rate: the same invariants."""

from pathlib import Path

from benchmarks.reauth_requests import report, run
from local.machine.ports import free_port
from local.machine.workspace import Workspace
from local.stack.bring_up import bring_up

ACCOUNTS, RATE, PER_SECOND = 200, 60, 40


def test_many_requests_mark_every_account_once_and_keep_to_the_rate(built: Workspace, tmp_path: Path) -> None:
    workspace = Workspace(tmp_path)
    workspace.build.symlink_to(built.build)
    with bring_up(workspace, free_port(), ReauthRequestsPerSecond=str(PER_SECOND)) as running:
        measured = run(running, ACCOUNTS, RATE)
    table = report(measured, RATE, PER_SECOND)

    assert measured.marked == ACCOUNTS, table
    assert set(measured.posts.values()) == {1}, table
    assert len(measured.posts) == ACCOUNTS, table
    assert measured.dead_letters == 0, table
    assert measured.statuses[429] == 0, table
    assert measured.busiest <= RATE, table
