from pathlib import Path

import pytest

from local.chromium import find_chromium
from local.machine.errors import LocalError


@pytest.fixture
def chromium(tmp_path: Path) -> Path:
    program = tmp_path / "chromium"
    program.touch(mode=0o755)
    return program


def test_the_chromium_that_is_named_is_used(chromium: Path) -> None:
    assert find_chromium({"CHROMIUM": str(chromium), "PATH": "/nowhere"}) == chromium


def test_a_name_that_cannot_be_run_is_a_problem_that_says_what_to_do() -> None:
    with pytest.raises(LocalError, match=r"CHROMIUM=/nowhere cannot be run: .* install it"):
        find_chromium({"CHROMIUM": "/nowhere", "PATH": "/nowhere"})


def test_one_on_the_path_is_found(chromium: Path) -> None:
    assert find_chromium({"PATH": str(chromium.parent)}) == chromium
