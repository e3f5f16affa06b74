"""The layers as they are deployed, used outside the local AWS: that one's own packages would hide a missing one."""

import subprocess
import sys
from importlib.util import cache_from_source
from pathlib import Path
from typing import Any

import pytest
from botocore.loaders import Loader

from connector.pages.rendering.environment import TEMPLATES
from local.machine.environment import child_environment
from local.machine.workspace import CHECKOUT, Workspace
from local.stack.bring_up import RunningStack
from local.stack.deployment import STACK_NAME

LAYERS = ("DependenciesLayer", "ConnectorLayer")
FUNCTIONS = sorted(path.parent.name for path in CHECKOUT.glob("functions/*/app.py"))

IMPORT_THEM_ALL = """
import sys
sys.path[:0] = sys.argv[1:]
import app
assert callable(app.handler)
import botocore.session
from pathlib import Path
session = botocore.session.get_session()
data = next(Path(layer, "botocore", "data") for layer in sys.argv[1:] if Path(layer, "botocore").exists())
services = sorted(found.name for found in data.iterdir() if found.is_dir())
for service in services:
    session.create_client(service)
print(*services)
"""

LIST_ENDPOINTS = """
import sys
sys.path[:0] = sys.argv[1:]
import botocore.session
session = botocore.session.Session()
for partition in session.get_data("endpoints")["partitions"]:
    for region in sorted(partition["regions"]):
        for service in ("dynamodb", "lambda", "secretsmanager", "sqs"):
            meta = session.create_client(service, region, aws_access_key_id="a", aws_secret_access_key="b").meta
            print(partition["partition"], service, region, meta.endpoint_url, meta.config.signature_version)
"""


@pytest.mark.parametrize("function", FUNCTIONS)
def test_a_function_needs_nothing_beyond_its_layers_and_the_standard_library(
    built: Workspace, stack: RunningStack, function: str
) -> None:
    logical_id = f"{function.title().replace('_', '')}Function"
    layers = [str(built.build / layer / "python") for layer in LAYERS]
    ran = subprocess.run(  # noqa: S603 - a command of our own
        [sys.executable, "-I", "-S", "-c", IMPORT_THEM_ALL, *layers, str(built.build / logical_id)],
        check=False,
        capture_output=True,
        text=True,
        env=_environment_of(stack, logical_id),
    )
    assert (ran.returncode, ran.stderr) == (0, "")
    assert ran.stdout.split() == ["dynamodb", "lambda", "secretsmanager", "sqs"]


def test_every_module_of_the_layers_has_byte_code_that_lambda_uses_unchecked_and_that_names_its_path_there(
    built: Workspace,
) -> None:
    modules = [(module, built.build / layer / "python") for layer in LAYERS for module in _modules(built, layer)]
    assert len(modules) > len(LAYERS)
    for module, packages in modules:
        byte_code = Path(cache_from_source(str(module))).read_bytes()
        # PEP 552: the flags of a pyc that is valid by hash (1), and whose source is not looked at (not 2).
        assert int.from_bytes(byte_code[4:8], "little") == 1, module
        assert f"/opt/python/{module.relative_to(packages)}".encode() in byte_code


def test_the_clients_of_the_layer_reach_every_region_of_every_partition(built: Workspace) -> None:
    """The layer's endpoints.json is reduced: each client must have the endpoint that botocore's own file gives."""

    def endpoints(*path: Path) -> list[str]:
        command = [sys.executable, "-c", LIST_ENDPOINTS, *map(str, path)]
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout.splitlines()  # noqa: S603 - a command of our own

    reduced = endpoints(built.build / "DependenciesLayer" / "python")
    assert {line.split()[0] for line in reduced} >= {"aws", "aws-cn", "aws-us-gov"}
    assert reduced == endpoints()


@pytest.mark.parametrize("service", ["dynamodb", "lambda", "secretsmanager", "sqs"])
def test_the_models_of_the_layer_lack_the_documentation_only(built: Workspace, service: str) -> None:
    packages = built.build / "DependenciesLayer" / "python"
    loader = Loader(extra_search_paths=[str(packages / "botocore" / "data")], include_default_search_paths=False)
    own = Loader()

    for kind in ("service-2", "paginators-1", "endpoint-rule-set-1"):
        assert loader.load_service_model(service, kind) == _without_texts(own.load_service_model(service, kind))


def test_the_layer_contains_compiled_templates_only(built: Workspace) -> None:
    rendering = built.build / "ConnectorLayer" / "python" / "connector" / "pages" / "rendering"
    assert list(rendering.parent.rglob("*.html")) == []
    assert len(list(rendering.glob("compiled/tmpl_*.py"))) == len(list(TEMPLATES.glob("*.html")))


@pytest.mark.parametrize("layer", LAYERS)
def test_the_same_input_makes_the_same_layer(built: Workspace, tmp_path: Path, layer: str) -> None:
    folder = CHECKOUT / "layers" / layer.removesuffix("Layer").lower()
    subprocess.run(  # noqa: S603 - a command of our own
        ["/usr/bin/env", "make", "-s", "-C", folder, f"build-{layer}", f"ARTIFACTS_DIR={tmp_path}"],
        check=True,
        env=child_environment(),
    )
    assert _contents(tmp_path) == _contents(built.build / layer)


def _without_texts(model: Any) -> Any:  # noqa: ANN401 - any JSON
    if isinstance(model, dict):
        texts = {name for name, value in model.items() if name == "documentation" and isinstance(value, str)}
        return {name: _without_texts(value) for name, value in model.items() if name not in texts}
    return [_without_texts(entry) for entry in model] if isinstance(model, list) else model


def _environment_of(stack: RunningStack, logical_id: str) -> dict[str, str]:
    resource = stack.aws.cloudformation.describe_stack_resource(StackName=STACK_NAME, LogicalResourceId=logical_id)
    name = resource["StackResourceDetail"]["PhysicalResourceId"]
    variables = stack.aws.functions.get_function_configuration(FunctionName=name)["Environment"]["Variables"]
    return variables | {"AWS_DEFAULT_REGION": stack.aws.region}


def _modules(built: Workspace, layer: str) -> list[Path]:
    return sorted((built.build / layer).rglob("*.py"))


def _contents(root: Path) -> dict[Path, bytes]:
    return {path.relative_to(root): path.read_bytes() for path in root.rglob("*") if path.is_file()}
