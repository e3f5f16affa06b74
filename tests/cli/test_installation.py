"""`pip install .` and `pipx install .` install the command without the checkout."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from connector import __version__
from local.machine.workspace import TOOLS
from tests.template import CHECKOUT

pytestmark = pytest.mark.slow

PARTS = ("pyproject.toml", "README.md", "LICENSE", "cli", "layers/connector/connector")


def run(*command: str | Path, cwd: Path) -> str:
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    ran = subprocess.run(command, cwd=cwd, env=environment, capture_output=True, text=True, check=False)  # noqa: S603 - fixed commands
    assert ran.returncode == 0, ran.stderr
    return ran.stdout


@pytest.fixture
def installed(tmp_path: Path) -> Path:
    """The command in a fresh environment, installed from a wheel with the pinned packages that the wheel requires."""
    source, environment = tmp_path / "source", tmp_path / "environment"
    for part in PARTS:
        copy = shutil.copytree if (CHECKOUT / part).is_dir() else shutil.copy
        (source / part).parent.mkdir(parents=True, exist_ok=True)
        copy(CHECKOUT / part, source / part)
    build = (sys.executable, "-m", "pip", "wheel", "-q", "--no-deps", "--no-build-isolation", "-w", tmp_path, source)
    run(*build, cwd=tmp_path)
    [wheel] = tmp_path.glob("*.whl")
    run(TOOLS / "uv", "venv", "-q", "--python", sys.executable, environment, cwd=tmp_path)
    constraint = CHECKOUT / "requirements" / "dev.txt"
    python = environment / "bin" / "python"
    run(TOOLS / "uv", "pip", "install", "-q", "--python", python, "-c", constraint, wheel, cwd=tmp_path)
    return environment / "bin" / "connector"


def test_the_installed_command_has_every_module_that_its_commands_import(installed: Path, tmp_path: Path) -> None:
    assert run(installed, "--version", cwd=tmp_path) == f"connector, version {__version__}\n"
    listed = run(installed, "--help", cwd=tmp_path)
    assert "check-authenticator" in listed
    assert "Print the history" in listed
    located = run(installed.parent / "python", "-c", "import cli, connector; print(cli.__file__)", cwd=tmp_path)
    assert str(installed.parent.parent) in located
