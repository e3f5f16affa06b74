"""The README's tables agree with the template, and its tree with the repository."""

import re

import pytest

from tests.template import CHECKOUT, template

README = (CHECKOUT / "README.md").read_text()
PARAMETERS = template()["Parameters"]
DESCRIBED_DEFAULTS = {
    "SageIdJwksUrl",
    "RedirectOrigins",
    "FrameAncestors",
    "PublicUrl",
    "StatementDone",
    "StatementFailed",
}
"""Their column says in words which default they have."""


def rows(heading: str) -> list[list[str]]:
    """Return the cells of the tables below a heading, without the tables' own headings."""
    section = README.split(f"\n### {heading}\n")[1].split("\n#")[0]
    lines = [line.strip("|").split(" | ") for line in section.splitlines() if line.startswith("| `")]
    return [[cell.strip() for cell in cells] for cells in lines]


def names(cell: str) -> list[str]:
    return re.findall(r"`([^`]+)`", cell)


def defaults() -> dict[str, str]:
    """Return each parameter's default as the README tells it."""
    values_by_name: dict[str, str] = {}
    for cells in rows("Parameters"):
        parameters = names(cells[0])
        values = cells[2].replace("`", "").split(", ")
        values_by_name |= dict(zip(parameters, values * (len(parameters) if len(values) == 1 else 1), strict=True))
    return values_by_name


def test_the_readme_describes_each_parameter_of_the_template_and_no_other() -> None:
    assert sorted(defaults()) == sorted(PARAMETERS)


@pytest.mark.parametrize("parameter", sorted(set(PARAMETERS) - DESCRIBED_DEFAULTS))
def test_the_readme_names_the_default_of_a_parameter(parameter: str) -> None:
    default = PARAMETERS[parameter].get("Default")
    assert defaults()[parameter] == ("none" if default is None else str(default) or "empty")


def test_the_readme_describes_each_output_of_the_template_and_no_other() -> None:
    assert sorted(name for cells in rows("Outputs") for name in names(cells[0])) == sorted(template()["Outputs"])


def test_the_tree_names_only_what_exists_and_every_capability() -> None:
    tree = README.split("## Find your way")[1].split("```")[1]
    folder, named = CHECKOUT, set()
    for line in filter(None, tree.splitlines()):
        path = line.split()[0]
        if line.startswith("  "):
            assert (folder / "connector" / path).is_dir(), path
            named.add(path.strip("/"))
        else:
            folder = CHECKOUT / path
            assert folder.exists(), path
    package = CHECKOUT / "layers/connector/connector"
    assert named == {path.parent.name for path in package.glob("*/__init__.py")}
