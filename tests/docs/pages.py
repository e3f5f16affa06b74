"""The project's pages of documentation: their links, their anchors, and what they name in backticks."""

import re
from pathlib import Path

from tests.template import CHECKOUT

PAGES = [
    *(CHECKOUT / name for name in ("README.md", "CONTRIBUTING.md", "CHANGELOG.md", "benchmarks/README.md")),
    *sorted((CHECKOUT / "docs").rglob("*.md")),
]

_FENCE = re.compile(r"^( *)```.*?^\1```$", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"!?\[(?:[^\[\]]|\[[^\]]*\])*\]\(([^)\s]+)\)")
_CODE = re.compile(r"`([^`\n]+)`")
_HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)
_PATH = re.compile(r"\.{0,2}[\w-]+(\.[\w-]+)*(/[\w.-]+)*/?")


def name(page: Path) -> str:
    """Return the page's path in the repository."""
    return str(page.relative_to(CHECKOUT))


def prose(page: Path) -> str:
    """Return the page's text without its blocks of code."""
    return _FENCE.sub("", page.read_text())


def links(page: Path) -> list[str]:
    """Return the targets of all links and pictures that lead to a file of the repository or to a heading."""
    text = _CODE.sub("", prose(page))
    return [target for target in _LINK.findall(text) if not re.match(r"[a-z]+:", target)]


def anchors(page: Path) -> set[str]:
    """Return the anchors of the page's headings, as GitHub makes them."""
    found: set[str] = set()
    for heading in _HEADING.findall(prose(page)):
        words = re.sub(r"[^\w\- ]", "", _LINK.sub("", heading).lower()).replace(" ", "-")
        number = sum(1 for anchor in found if re.fullmatch(rf"{re.escape(words)}(-\d+)?", anchor))
        found.add(f"{words}-{number}" if number else words)
    return found


def paths(page: Path) -> list[str]:
    """Return the paths in backticks: below one of the repository's folders, or of a page or a settings file."""
    return [text for text in _CODE.findall(prose(page)) if _PATH.fullmatch(text) and _is_of_the_repository(text)]


def _is_of_the_repository(text: str) -> bool:
    if re.search(r"\bN(AME|NNN)\b", text):
        return False  # a recipe's placeholder
    first, slash, _ = text.partition("/")
    if slash:
        return not first.startswith(".") and (CHECKOUT / first).is_dir()
    return text.endswith((".md", ".toml", ".yaml"))
