"""The environment variables: what the template gives a function is what its code reads, and none is a secret."""

import importlib.util
import re
from types import SimpleNamespace

import pytest

from tests.deployment import environment_for
from tests.template import CHECKOUT, functions, variables

CODE = [*CHECKOUT.glob("functions/*/app.py"), *CHECKOUT.glob("layers/connector/connector/**/*.py")]
READER = CHECKOUT / "layers" / "connector" / "connector" / "runtime" / "settings.py"


class RecordingEnvironment(dict[str, str]):
    """An environment with the variables of every function, which records the names that are read."""

    def __init__(self) -> None:
        super().__init__(environment_for({"Authenticator": "consent"}))
        self.read: set[str] = set()

    def get(self, name: str, default: str | None = None) -> str | None:  # type: ignore[override]  # str is all there is
        self.read.add(name)
        return super().get(name, default)


@pytest.mark.parametrize("function", functions())
def test_a_function_is_given_the_variables_that_its_code_reads_and_no_others(
    function: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    environment = RecordingEnvironment()
    monkeypatch.setattr("connector.runtime.settings.os", SimpleNamespace(environ=environment))
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-west-1")
    spec = importlib.util.spec_from_file_location("app", CHECKOUT / "functions" / function / "app.py")
    assert spec
    assert spec.loader

    spec.loader.exec_module(importlib.util.module_from_spec(spec))

    assert environment.read == set(variables(function))


def test_the_environment_is_read_in_one_place() -> None:
    readers = {path for path in CODE if re.search(r"\benviron\b|\bgetenv\b", path.read_text())}

    assert readers == {READER}


@pytest.mark.parametrize("function", functions())
def test_no_variable_is_a_secret(function: str) -> None:
    names = variables(function)

    assert [n for n in names if any(word in n for word in ("PASSWORD", "API_KEY", "CLIENT_SECRET"))] == []
    assert "{{resolve:secretsmanager" not in (CHECKOUT / "template.yaml").read_text()
