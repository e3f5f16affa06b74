"""Each link of the documentation leads somewhere, and each path that the documentation names exists."""

import re
from pathlib import Path

from cli.main import main
from tests.docs.pages import PAGES, anchors, links, name, paths
from tests.template import CHECKOUT

MAKE_TARGETS = set(re.findall(r"^([a-z-]+):", (CHECKOUT / "Makefile").read_text(), re.MULTILINE))
AWS_NAMES = {"StartMessageMoveTask"}
"""Names of AWS that a page mentions and the code does not use."""
SOURCES = [
    CHECKOUT / "template.yaml",
    CHECKOUT / "Makefile",
    *(
        path
        for folder in ("layers", "functions", "cli", "local", "simulator")
        for path in CHECKOUT.glob(f"{folder}/**/*.py")
    ),
]


def test_each_link_leads_to_a_file_and_each_anchor_to_a_heading() -> None:
    def leads_nowhere(page: Path, target: str) -> bool:
        path, _, anchor = target.partition("#")
        linked = (page.parent / path).resolve() if path else page
        return not linked.exists() or bool(anchor and anchor not in anchors(linked))

    assert not [f"{name(page)}: {target}" for page in PAGES for target in links(page) if leads_nowhere(page, target)]


def test_each_path_in_backticks_exists_in_the_repository() -> None:
    def is_missing(page: Path, path: str) -> bool:
        return not any((start / path).exists() for start in (CHECKOUT, page.parent))

    assert not [f"{name(page)}: {path}" for page in PAGES for path in paths(page) if is_missing(page, path)]


def test_each_make_target_that_a_page_names_exists() -> None:
    named = {
        (name(page), target)
        for page in PAGES
        for target in re.findall(r"(?:`|\$ |&& )make ([a-z-]+)", page.read_text())
    }
    assert not {(page, target) for page, target in named if target not in MAKE_TARGETS}


def test_each_command_of_the_command_line_that_a_page_names_exists() -> None:
    current = [page for page in PAGES if page.name != "CHANGELOG.md"]  # names commands of earlier versions
    named = {
        (name(page), command)
        for page in current
        for command in re.findall(r"(?:`|\$ |bin/)connector ([a-z]+)", page.read_text())
    }
    assert not {(page, command) for page, command in named if command not in main.commands}


def test_the_readme_leads_to_each_page() -> None:
    led_to = set(links(CHECKOUT / "README.md"))
    assert not {name(page) for page in (CHECKOUT / "docs").glob("*.md")} - led_to


def test_each_page_that_the_code_names_exists() -> None:
    named = {path for source in SOURCES for path in re.findall(r"docs/[\w/-]+\.(?:md|yaml)", source.read_text())}
    assert not [path for path in named if not (CHECKOUT / path).exists()]


def test_each_name_in_backticks_is_one_of_the_template_or_of_the_code() -> None:
    """A name is one word in mixed case, such as a parameter, an output, a metric, an alarm or a class."""
    sources = " ".join(source.read_text() for source in SOURCES)
    current = [page for page in PAGES if page.name != "CHANGELOG.md" and page.parent.name != "decisions"]
    named = {
        (name(page), word)
        for page in current
        for word in re.findall(r"`([A-Z][a-z]+(?:[A-Z][a-z]+)+)(?:\(.*?\))?`", page.read_text())
    }

    def is_known(word: str) -> bool:
        # The code makes the metrics of re-authorisation requests from their results: RequestAccepted from "accepted".
        is_metric = word.startswith("Request") and f'"{word.removeprefix("Request").lower()}"' in sources
        return is_metric or word in AWS_NAMES or bool(re.search(rf"\b{word}(?:Alarm)?\b", sources))

    assert not {(page, word) for page, word in named if not is_known(word)}


def test_each_message_that_the_runbooks_quote_is_one_of_the_code() -> None:
    """A quoted message is two or more plain words in backticks."""
    sources = " ".join(source.read_text() for source in SOURCES)
    quoted = re.findall(r"`([a-z]+(?: [a-z]+)+)`", (CHECKOUT / "docs/operations.md").read_text())
    assert quoted
    assert not [message for message in quoted if message not in sources]
