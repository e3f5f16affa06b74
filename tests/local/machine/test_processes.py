import os
import signal
import sys
from pathlib import Path

import pytest

from local.machine.errors import LocalError
from local.machine.processes import error_line, run_to_end, running
from local.machine.readiness import wait_until_ready

# A process with a child of its own, which holds a pipe open and does not obey SIGTERM.
FAMILY = """
import signal, subprocess, sys
child = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('up', flush=True); signal.pause()"
subprocess.Popen([sys.executable, "-c", child], stdout=open(sys.argv[1], "wb"))
signal.pause()
"""


def test_a_process_and_its_children_end_with_the_context(tmp_path: Path) -> None:
    log = tmp_path / "family.log"
    fifo = tmp_path / "fifo"
    os.mkfifo(fifo)
    command = [sys.executable, "-c", FAMILY, str(fifo)]
    with running(command, log=log, env=dict(os.environ), cwd=tmp_path):
        pipe = fifo.open("rb")
        assert pipe.readline() == b"up\n"
    with pipe:
        assert pipe.read() == b"", "a pipe ends when the last process that holds it is gone"


def test_ctrl_c_at_the_terminal_does_not_reach_a_child(tmp_path: Path) -> None:
    ours = os.getpgrp()
    with running(
        [sys.executable, "-c", "import signal; signal.pause()"],
        log=tmp_path / "log",
        env=dict(os.environ),
        cwd=tmp_path,
    ) as process:
        assert os.getpgid(process.pid) != ours
    assert process.returncode == -signal.SIGTERM


def test_a_failed_command_is_an_error_with_its_error_line_and_the_path_of_its_log(tmp_path: Path) -> None:
    log = tmp_path / "build.log"
    command = [sys.executable, "-c", "print('Error: no such layer'); print('bye'); raise SystemExit(3)"]
    with pytest.raises(LocalError) as problem:
        run_to_end("The build", command, log=log, env=dict(os.environ), cwd=tmp_path)
    assert str(problem.value) == f"The build failed: Error: no such layer (the whole output is in {log})"


@pytest.mark.parametrize(
    ("output", "words"),
    [
        ("one\ntwo\n", "two"),
        ("Error: first\nand so on\nmake: *** [it] Error 1\n", "Error: first"),
        ("Traceback:\nOSError: in use\nmake: *** [it] Error 1\n", "OSError: in use"),
        ("", "it printed nothing"),
    ],
)
def test_the_error_line_is_the_last_error_or_the_last_line(tmp_path: Path, output: str, words: str) -> None:
    log = tmp_path / "log"
    log.write_text(output)
    assert error_line(log) == words


def test_a_server_that_ends_before_it_responds_is_an_error_with_its_error_line(tmp_path: Path) -> None:
    log = tmp_path / "server.log"
    command = [sys.executable, "-c", "raise SystemExit('port in use')"]
    with (
        running(command, log=log, env=dict(os.environ), cwd=tmp_path) as process,
        pytest.raises(LocalError, match=r"^The server did not start: port in use "),
    ):
        wait_until_ready("The server", process, log, lambda: False)
