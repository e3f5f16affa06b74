"""`local/bootstrap.sh` in a checkout and with a PATH that contain only the files of the test."""

import shutil
import subprocess
from pathlib import Path

import pytest

from local.machine.workspace import CHECKOUT

TOOLS = ("dirname", "cat", "cksum", "rm")


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    for folder in ("local", "requirements"):
        shutil.copytree(CHECKOUT / folder, tmp_path / "checkout" / folder)
    return tmp_path / "checkout"


@pytest.fixture
def machine(tmp_path: Path) -> Path:
    """A PATH without any Python."""
    path = tmp_path / "bin"
    path.mkdir()
    for tool in TOOLS:
        program = shutil.which(tool)
        assert program
        (path / tool).symlink_to(program)
    return path


def program(path: Path, script: str) -> None:
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)


def bootstrap(checkout: Path, machine: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # noqa: S603 - our own script
        ["/bin/sh", checkout / "local" / "bootstrap.sh"],
        check=False,
        capture_output=True,
        text=True,
        env={"PATH": str(machine), "HOME": str(checkout.parent)},
    )


def test_without_python_3_13_and_uv_one_line_says_what_to_install(checkout: Path, machine: Path) -> None:
    ran = bootstrap(checkout, machine)
    assert ran.returncode == 1
    assert ran.stderr.splitlines()[-1].startswith("This needs Python 3.13: install it")


def test_a_failing_shim_and_an_older_python_are_not_used(checkout: Path, machine: Path) -> None:
    program(machine / "python3.13", 'echo "pyenv: python3.13: command not found" >&2; exit 127')
    program(machine / "python3", "exit 1")
    ran = bootstrap(checkout, machine)
    assert ran.returncode == 1
    assert ran.stderr.splitlines()[-1].startswith("This needs Python 3.13: install it")


def test_a_python_without_venv_is_an_error_that_names_the_missing_package(checkout: Path, machine: Path) -> None:
    program(machine / "python3.13", 'case "$*" in *executable*) echo "$0";; *venv*) exit 1;; esac')
    ran = bootstrap(checkout, machine)
    assert ran.returncode == 1
    assert "cannot make environments: install its venv module" in ran.stderr.splitlines()[-1]


def test_environments_that_match_the_lock_files_are_not_changed(checkout: Path, machine: Path) -> None:
    for environment in (".venv", ".venv-emulator"):
        (checkout / environment / "bin").mkdir(parents=True)
        program(checkout / environment / "bin" / "python", "exit 0")
    stamp = subprocess.run(
        ["/bin/sh", "-c", "cat requirements/*.txt local/bootstrap.sh | cksum"],
        check=True,
        capture_output=True,
        text=True,
        cwd=checkout,
    ).stdout
    (checkout / ".venv-emulator" / "filled-from").write_text(stamp)
    ran = bootstrap(checkout, machine)
    assert (ran.returncode, ran.stdout, ran.stderr) == (0, "", "")
