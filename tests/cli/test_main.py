"""The command `connector` without a stack."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from cli.commands.history import sentence
from cli.main import main
from connector import __version__


def test_version_prints_the_packages_version() -> None:
    ran = CliRunner().invoke(main, ["--version"])

    assert (ran.exit_code, ran.output) == (0, f"connector, version {__version__}\n")


@pytest.mark.parametrize("command", main.commands)
def test_every_command_has_a_help_text_that_fits_the_list(command: str) -> None:
    listed = CliRunner().invoke(main, ["--help"]).output

    [line] = [line for line in listed.splitlines() if line.startswith(f"  {command} ")]
    assert not line.endswith("...")
    assert CliRunner().invoke(main, [command, "--help"]).exit_code == 0


def test_without_a_stack_a_command_says_how_to_name_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)

    ran = CliRunner().invoke(main, ["outbox"])

    assert ran.exit_code == 3
    assert "Name the stack with --stack-name" in ran.output


@pytest.mark.parametrize(
    ("event", "expected"),
    [
        ({"event": "opened", "at": 1, "id": "x"}, "The customer's page was opened; the authorisation is used."),
        ({"event": "decided", "at": 1, "outcome": "success"}, "The outcome was recorded. (outcome success)"),
        ({"event": "new", "at": 1}, "New."),
    ],
)
def test_an_event_of_a_history_is_a_sentence_with_its_details(event: dict[str, object], expected: str) -> None:
    assert sentence(event) == expected
