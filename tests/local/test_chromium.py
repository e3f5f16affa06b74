from pathlib import Path

import pytest

from local.chromium import find_chromium
from local.machine.errors import LocalError


@pytest.fixture
def chromium(tmp_path: Path) -> Path:
    program = tmp_path / "chromium"
    program.touch(mode=0o755)
    return program


def test_the_variable_chromium_names_the_program(chromium: Path) -> None:
    assert find_chromium({"CHROMIUM": str(chromium), "PATH": "/nowhere"}) == chromium


def test_a_variable_that_names_no_program_is_an_error_that_says_how_to_go_on() -> None:
    with pytest.raises(LocalError, match=r"CHROMIUM=/nowhere cannot be run: .* install it"):
        find_chromium({"CHROMIUM": "/nowhere", "PATH": "/nowhere"})


def test_a_chromium_on_the_path_is_found(chromium: Path) -> None:
    assert find_chromium({"PATH": str(chromium.parent)}) == chromium
