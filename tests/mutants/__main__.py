"""The command `python -m tests.mutants`, for `make mutants`: change the code in small ways; count what tests notice.

mutmut needs a folder whose paths are the names of the modules, so the package and its tests are copied into one.
"""

import argparse
import json
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator

from local.machine.workspace import CHECKOUT, DEFAULT_WORKSPACE

PLACE = DEFAULT_WORKSPACE.directory / "mutants"
COPIED = ("tests", "local", "simulator", "functions", "layers", "docs", "template.yaml", "samconfig.toml")
MODULES = (
    "connector/session/*",
    "connector/delivery/*",
    "connector/journey/*",
    "connector/sage/tokens.py",
    "connector/sage/provider_api.py",
    "connector/notification/verifier.py",
    "connector/web/redirect.py",
    "connector/reauth_requests/process_*",
)
TESTS = (
    *(f"tests/connector/{part}" for part in ("session", "delivery", "journey", "sage", "notification", "web")),
    *("tests/connector/reauth_requests", "tests/connector/test_crashes.py", "tests/connector/test_session_machine.py"),
    *("tests/connector/test_retention.py", "tests/functions/notification", "tests/functions/reauth_request"),
)
# Of mutmut: the exit status of the tests of a mutant. None: it was not tried.
MEANINGS = {0: "not noticed", 33: "no test reaches it", None: "not tried"}


def main() -> int:
    """Run mutmut, print the figures of each module, and return 1 if fewer than `--at-least` percent were noticed."""
    parser = argparse.ArgumentParser(prog="python -m tests.mutants", description=__doc__)
    parser.add_argument("--modules", nargs="*", default=MODULES, help="patterns of files below connector/")
    parser.add_argument("--at-least", type=float, default=95, help="percent (%(default)s)")
    parser.add_argument("--processes", type=int, default=2, help="mutants tried at the same time (%(default)s)")
    arguments = parser.parse_args()
    _prepare(arguments.modules)
    mutmut = CHECKOUT / ".venv-mutants" / "bin" / "mutmut"
    subprocess.run([mutmut, "run", "--max-children", str(arguments.processes)], cwd=PLACE, check=False)  # noqa: S603 - a command of our own
    return 0 if _report() >= arguments.at_least else 1


def _prepare(modules: list[str]) -> None:
    shutil.rmtree(PLACE, ignore_errors=True)
    PLACE.mkdir(parents=True)
    for name in COPIED:
        if (CHECKOUT / name).is_dir():
            shutil.copytree(CHECKOUT / name, PLACE / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(CHECKOUT / name, PLACE / name)
    (PLACE / "layers/connector/connector").rename(PLACE / "connector")
    (PLACE / "layers/connector/connector").symlink_to("../../connector")
    options = ["-m", "not local_aws", "-k", "not of_many_messages", "-p", "tests.mutants.nodeid", "-p", "no:randomly"]
    settings = {
        "source_paths": ["connector"],
        "only_mutate": list(modules),
        "also_copy": list(COPIED),
        "pytest_add_cli_args": [*options, "-x", "-q"],
        "pytest_add_cli_args_test_selection": list(TESTS),
    }
    project = (CHECKOUT / "pyproject.toml").read_text()
    pytest_part = project[project.index("[tool.pytest.ini_options]") : project.index("[tool.coverage.run]")]
    lines = [f"{name} = {json.dumps(value)}" for name, value in settings.items()]
    # A mutant that loops is stopped; the machine may be busy.
    text = "\n".join(["[tool.mutmut]", "timeout_constant = 30.0", *lines, "", pytest_part])
    (PLACE / "pyproject.toml").write_text(text.replace('"layers/connector", ', "").replace('"error",', ""))


def _results() -> Iterator[tuple[str, int | None]]:
    for found in sorted(PLACE.glob("mutants/connector/**/*.meta")):
        yield from json.loads(found.read_text())["exit_code_by_key"].items()


def _report() -> float:
    """Print each mutant that was not noticed, and the figures; return the percentage that was noticed."""
    counts: dict[str, Counter[str]] = {}
    for mutant, status in _results():
        meaning = MEANINGS.get(status, "noticed")
        counts.setdefault(mutant.rpartition(".")[0], Counter())[meaning] += 1
        if meaning != "noticed":
            sys.stdout.write(f"{meaning}: {mutant}\n")
    total = sum(counts.values(), Counter[str]())
    for module, count in [*counts.items(), ("in all", total)]:
        sys.stdout.write(f"{module}: {', '.join(f'{meaning} {times}' for meaning, times in sorted(count.items()))}\n")
    tried = total.total() - total["not tried"]
    return 100 * total["noticed"] / tried if tried else 0


if __name__ == "__main__":
    sys.exit(main())
