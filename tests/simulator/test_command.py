"""The process `python -m simulator`."""

import json
import signal
import stat
import subprocess
import sys
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import requests

from simulator.credentials import Credentials
from simulator.loopback import session

pytestmark = pytest.mark.slow


def urls(state: dict[str, Any]) -> list[str]:
    return [party["url"] for party in state.values() if "url" in party] + [state["sage_id"]["issuer"]]


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_the_state_file_exists_while_every_server_listens(tmp_path: Path, number: signal.Signals) -> None:
    file = tmp_path / "state.json"
    command = [sys.executable, "-m", "simulator", "--state", str(file), "--quick", "0.25"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:  # noqa: S603 - ours
        assert process.stdout
        assert str(file) in process.stdout.readline()
        state = json.loads(file.read_text())
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
        assert len({urlsplit(url).port for url in urls(state)}) == 7
        assert {urlsplit(url).hostname for url in urls(state)} == {"127.0.0.1", "connector.localhost"}
        with session() as http:
            settings = http.get(f"{state['control']['url']}/settings").json()
        assert (settings["statement_seconds"], settings["verifying_seconds"]) == (0.25, 0.25)
        process.send_signal(number)
        _, errors = process.communicate(timeout=30)
    assert (process.returncode, errors) == (0, "")
    assert list(tmp_path.iterdir()) == []
    with session() as http, pytest.raises(requests.ConnectionError):
        http.get(state["control"]["url"])


def test_secrets_are_new_at_each_start() -> None:
    one, other = vars(Credentials()), vars(Credentials())
    assert not set(one.values()) & set(other.values())


def test_a_state_file_that_cannot_be_written_is_one_line_of_error(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "simulator", "--state", str(tmp_path / "missing" / "state.json")]
    ended = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - ours
    assert ended.returncode == 1
    assert ended.stderr.startswith("simulator: ")
    assert ended.stderr.count("\n") == 1
