"""A plugin of pytest: mutmut 3.7 reads `_nodeid`, which the test items of pytest 9 have no more."""

import pytest


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        item._nodeid = item.nodeid  # type: ignore[attr-defined]  # noqa: SLF001 - see the module's docstring
