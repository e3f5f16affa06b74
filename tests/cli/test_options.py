"""The common options and the errors of `connector`, for people and for programs."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from cli.main import main
from local.machine.ports import free_port

NO_STACK = "Name the stack with --stack-name, or start a local one with `make local`."


@pytest.fixture(autouse=True)
def _in_an_empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


@pytest.mark.parametrize("arguments", [("--json", "outbox"), ("outbox", "--json")])
def test_with_json_before_or_after_the_command_an_error_is_json_on_stderr(arguments: tuple[str, ...]) -> None:
    ran = CliRunner(mix_stderr=False).invoke(main, arguments)

    assert (ran.exit_code, ran.stdout) == (3, "")
    assert json.loads(ran.stderr) == {"error": NO_STACK, "exitStatus": 3}


def test_a_wrong_command_line_is_json_with_json_too() -> None:
    ran = CliRunner(mix_stderr=False).invoke(main, ["redrive", "--nonsense", "--json"])

    assert (ran.exit_code, ran.stdout) == (2, "")
    assert json.loads(ran.stderr)["exitStatus"] == 2


def test_without_json_an_error_is_one_line_on_stderr() -> None:
    ran = CliRunner(mix_stderr=False).invoke(main, ["list"])

    assert (ran.stdout, ran.stderr) == ("", f"Error: {NO_STACK}\n")


@pytest.mark.parametrize("arguments", [("--stack-name", "none", "outbox"), ("outbox", "--stack-name", "none")])
def test_the_stack_is_named_before_or_after_the_command(
    arguments: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("AWS_DEFAULT_REGION", raising=False)
    monkeypatch.setenv("AWS_CONFIG_FILE", "/dev/null")

    ran = CliRunner(mix_stderr=False).invoke(main, arguments)

    assert (ran.exit_code, ran.stderr) == (3, "Error: No AWS region is set: name one with --region.\n")


def test_to_send_again_and_to_discard_exclude_each_other() -> None:
    ran = CliRunner(mix_stderr=False).invoke(main, ["redrive", "--again", "--discard"])

    assert ran.exit_code == 2
    assert "--again and --discard exclude each other." in ran.stderr


@pytest.mark.parametrize("form", ["text", "json"])
def test_a_connector_that_cannot_be_reached_is_one_line_and_status_3(form: str) -> None:
    url = f"http://127.0.0.1:{free_port()}"
    options = ["--header-value", "value", "--token", "a.b.c", *(["--json"] if form == "json" else [])]

    ran = CliRunner(mix_stderr=False).invoke(main, ["check", url, *options])

    message = f"{url} did not answer (ConnectionError): check the URL."
    assert (ran.exit_code, ran.stdout) == (3, "")
    assert len(ran.stderr.splitlines()) == 1
    assert message in ran.stderr


def test_a_url_without_a_scheme_is_a_wrong_command_line() -> None:
    ran = CliRunner(mix_stderr=False).invoke(main, ["check", "reauth.bank.example"])

    assert ran.exit_code == 2
    assert "a URL begins with https://" in ran.stderr


def test_a_command_for_tokens_that_fails_is_one_line() -> None:
    options = ("--header-value", "value", "--token-command", "echo no login >&2; false")

    ran = CliRunner(mix_stderr=False).invoke(main, ["check", "https://reauth.bank.example", *options])

    assert (ran.exit_code, ran.stderr) == (3, "Error: --token-command gave no token: no login\n")


@pytest.mark.parametrize(
    ("arguments", "variable"),
    [
        (("check", "https://reauth.bank.example"), "CONNECTOR_TOKEN"),
        (("check", "https://reauth.bank.example", "--token", "a.b.c"), "CONNECTOR_HEADER_VALUE"),
        (("check-authenticator", "https://backend.bank.example"), "CONNECTOR_AUTHENTICATOR_API_KEY"),
    ],
)
def test_without_a_terminal_a_missing_secret_names_its_variable(arguments: tuple[str, ...], variable: str) -> None:
    ran = CliRunner(mix_stderr=False).invoke(main, arguments)

    assert ran.exit_code == 2
    assert f"Set {variable}, or give --" in ran.stderr


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_a_shell_gets_its_completion_script(shell: str) -> None:
    ran = CliRunner(mix_stderr=False).invoke(main, ["completion", shell])

    assert ran.exit_code == 0
    assert f"_CONNECTOR_COMPLETE={shell}_complete" in ran.stdout


@pytest.mark.parametrize("age", ["yesterday", "5", "-1h"])
def test_a_length_of_time_has_a_number_and_a_unit(age: str) -> None:
    ran = CliRunner(mix_stderr=False).invoke(main, ["list", "--since", age])

    assert ran.exit_code == 2
    assert "is not a length of time such as 30m, 2h or 7d." in ran.stderr
