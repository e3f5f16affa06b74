"""The packages that are deployed: each is imported by the product, or needed by one that is."""

import re
import sys
from importlib.metadata import PackageNotFoundError, requires

import pytest

from tests.template import CHECKOUT

PRODUCT = [*CHECKOUT.glob("functions/*/app.py"), *CHECKOUT.glob("layers/connector/connector/**/*.py")]
LAYER = CHECKOUT / "layers" / "dependencies"
IMPORTED = {
    name for source in PRODUCT for name in re.findall(r"^\s*(?:from|import) (\w+)", source.read_text(), re.MULTILINE)
}


def _packages(file: str) -> set[str]:
    return set(re.findall(r"^([a-z0-9][a-z0-9_.-]*)", (LAYER / file).read_text(), re.MULTILINE))


@pytest.mark.parametrize("package", sorted(_packages("requirements.in")))
def test_a_package_that_the_layer_asks_for_is_imported_by_the_product(package: str) -> None:
    # joserfc and Authlib import cryptography; the layer asks for it so that its release is chosen here.
    assert package in IMPORTED | {"cryptography"}


@pytest.mark.parametrize("package", sorted(IMPORTED - sys.stdlib_module_names - {"connector"}))
def test_a_package_that_the_product_imports_is_one_that_the_layer_asks_for(package: str) -> None:
    # The type stubs are for mypy only; requests needs urllib3, and Jinja2 needs MarkupSafe.
    allowed = {"_typeshed", "urllib3", "markupsafe"}
    assert package in _packages("requirements.in") | allowed or package.startswith("mypy_boto3_")


def test_every_other_package_of_the_layer_is_needed_by_one_that_is_asked_for() -> None:
    needed, new = set[str](), _packages("requirements.in")
    while new:
        needed |= new
        new = {found for package in new for found in _required(package)} - needed
    assert _packages("requirements.txt") - needed == set()


def _required(package: str) -> set[str]:
    try:
        lines = requires(package) or []
    except PackageNotFoundError:
        return set()
    return {re.split(r"[^A-Za-z0-9_.-]", line)[0].lower().replace("_", "-") for line in lines if "extra ==" not in line}
