"""The changelog's newest section is about the version that the code names."""

import re

from connector import __version__
from tests.template import CHECKOUT


def test_the_newest_section_of_the_changelog_has_the_version_of_the_code() -> None:
    newest = re.search(r"^## \[([^\]]+)\] - (\S+)$", (CHECKOUT / "CHANGELOG.md").read_text(), re.MULTILINE)
    assert newest
    assert newest[1] == __version__
    assert re.fullmatch(r"unreleased|\d{4}-\d\d-\d\d", newest[2])
