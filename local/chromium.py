"""The command `python -m local.chromium`: print the path of a Chromium, and install one if there is none."""

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from local.machine.errors import LocalError
from local.machine.workspace import CHECKOUT

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
MINUTES = 10
DOWNLOADED = CHECKOUT / ".venv-chromium"
DOWNLOADED_NAMES = {"chrome", "Chromium", "Google Chrome for Testing"}

ADVICE = (
    "The browser tests need Chromium: install it (on Debian and Ubuntu 'apt-get install chromium'), or set CHROMIUM "
    "to its path, and run the same command again."
)


def find_chromium(environment: Mapping[str, str]) -> Path | None:
    """Find an installed Chromium. Raises LocalError if CHROMIUM is set and names no program."""
    path = environment.get("CHROMIUM")
    if path:
        if not shutil.which(path, path=environment.get("PATH")):
            raise LocalError(f"CHROMIUM={path} cannot be run: {ADVICE}")
        return Path(path)
    found = (shutil.which(name, path=environment.get("PATH")) for name in NAMES)
    return next((Path(program) for program in found if program), None) or _downloaded()


def install_chromium() -> Path:
    """Install the system's package as root, otherwise Playwright's Chromium into the checkout. Raises LocalError."""
    if os.geteuid() == 0 and shutil.which("apt-get"):
        _try(["apt-get", "update", "-qq"])
        _try(["apt-get", "install", "-qq", "--yes", "--no-install-recommends", "chromium"])
    else:
        _try([sys.executable, "-m", "playwright", "install", "chromium"], PLAYWRIGHT_BROWSERS_PATH=str(DOWNLOADED))
    chromium = find_chromium(os.environ)
    if not chromium:
        raise LocalError(ADVICE)
    return chromium


def _downloaded() -> Path | None:
    return next((path for path in DOWNLOADED.glob("chromium-*/**/*") if path.name in DOWNLOADED_NAMES), None)


def _try(command: Sequence[str], **environment: str) -> None:
    """Run a command whose failure is no error: the caller looks for Chromium afterwards."""
    try:
        subprocess.run(  # noqa: S603 - fixed commands without a shell
            command,
            check=False,
            timeout=MINUTES * 60,
            stdin=subprocess.DEVNULL,
            stdout=sys.stderr,
            env=os.environ | {"DEBIAN_FRONTEND": "noninteractive"} | environment,
        )
    except subprocess.TimeoutExpired as expired:
        raise LocalError(f"{command[0]} took more than {MINUTES} minutes. {ADVICE}") from expired


def main() -> int:
    """Print the path; return the exit status."""
    try:
        chromium = find_chromium(os.environ) or install_chromium()
    except LocalError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    sys.stdout.write(f"{chromium}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
