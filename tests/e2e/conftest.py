"""The deployed stack, once for all tests here, in a directory of its own: `make local` may run beside it."""

from collections.abc import Iterator

import pytest

from local.machine.ports import free_port
from local.machine.workspace import Workspace
from local.stack.bring_up import RunningStack, bring_up
from local.stack.deployment import build


def pytest_itemcollected(item: pytest.Item) -> None:
    """Keep these tests in one process: a second one would deploy a second stack."""
    item.add_marker(pytest.mark.xdist_group("stack"))


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """Build functions and layers."""
    workspace = Workspace(tmp_path_factory.mktemp("stack"))
    build(workspace)
    return workspace


@pytest.fixture(scope="session")
def stack(built: Workspace) -> Iterator[RunningStack]:
    """Run everything: the local AWS, the simulated Sage and bank, the connector."""
    with bring_up(built, free_port()) as running:
        yield running
