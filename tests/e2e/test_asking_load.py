"""A smaller night than that of `make load`, at a raised rate: the same invariants."""

from pathlib import Path

from benchmarks.asking import report, run
from local.bring_up import bring_up
from local.place import Place
from local.ports import free_port

ACCOUNTS, RATE, ASKING = 200, 60, 40


def test_many_requests_mark_every_account_once_and_keep_to_the_rate(built: Place, tmp_path: Path) -> None:
    place = Place(tmp_path)
    place.build.symlink_to(built.build)
    with bring_up(place, free_port(), AskingPerSecond=str(ASKING)) as running:
        measured = run(running, ACCOUNTS, RATE)
    table = report(measured, RATE, ASKING)

    assert measured.marked == ACCOUNTS, table
    assert set(measured.posts.values()) == {1}, table
    assert len(measured.posts) == ACCOUNTS, table
    assert measured.dead_letters == 0, table
    assert measured.statuses[429] == 0, table
    assert measured.busiest <= RATE, table
