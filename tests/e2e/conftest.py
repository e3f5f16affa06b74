"""The deployed stack, once for all tests here, in a directory of its own: `make local` may run beside it."""

from collections.abc import Iterator

import pytest

from local.bring_up import Running, bring_up
from local.place import Place
from local.ports import free_port
from local.stack import build


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Place:
    """Build functions and layers."""
    place = Place(tmp_path_factory.mktemp("stack"))
    build(place)
    return place


@pytest.fixture(scope="session")
def stack(built: Place) -> Iterator[Running]:
    """Run everything: the local AWS, the simulated Sage and bank, the connector."""
    with bring_up(built, free_port()) as running:
        yield running
