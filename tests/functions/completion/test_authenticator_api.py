"""docs/authenticator-api.yaml: valid OpenAPI, and just what the connector and the simulated bank say to each other."""

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from openapi_schema_validator import OAS31Validator
from openapi_spec_validator import validate
from referencing import Registry
from referencing.jsonschema import DRAFT202012
from samcli.yamlhelper import yaml_parse  # type: ignore[import-untyped]  # the SAM CLI ships no types

from connector.authenticators.port import Kind
from local.stack.control import Control
from local.stack.simulator_state import Simulator
from tests.deployment import BASE_URL, Deployment, deployment
from tests.fakes.person import Person
from tests.fakes.recorder import Exchange, recorder
from tests.template import CHECKOUT

API: dict[str, Any] = yaml_parse((CHECKOUT / "docs" / "authenticator-api.yaml").read_text())
REGISTRY: Registry[Any] = Registry().with_resource("api:", DRAFT202012.create_resource(API))


def complies(value: object, schema: dict[str, Any]) -> None:
    """Check a value. Raise jsonschema's ValidationError."""
    absolute = json.loads(json.dumps(schema).replace('"#/', '"api:#/'))
    OAS31Validator(absolute, registry=REGISTRY).validate(value)


def described(exchange: Exchange) -> tuple[str, dict[str, Any]]:
    """Find the operation of an exchange."""
    for path, operations in API["paths"].items():
        pattern = re.sub(r"\{\w+\}", "[^/]+", path)
        if re.fullmatch(pattern, exchange.path) and exchange.method.lower() in operations:
            return f"{exchange.method} {path}", operations[exchange.method.lower()]
    raise AssertionError(f"{exchange.method} {exchange.path} is not described")


def check(exchange: Exchange) -> str:
    """Check both halves against the description; return the operation."""
    name, operation = described(exchange)
    assert exchange.headers["Authorization"].startswith("Bearer ")
    for parameter in operation.get("parameters", ()):
        wanted = API["components"]["parameters"][parameter["$ref"].rpartition("/")[2]]
        complies(exchange.headers[wanted["name"]], wanted["schema"])
    if "requestBody" in operation:
        complies(json.loads(exchange.sent), operation["requestBody"]["content"]["application/json"]["schema"])
    else:
        assert exchange.sent == b""
    answer = operation["responses"].get(str(exchange.status), operation["responses"]["default"])
    if "$ref" in answer:
        answer = API["components"]["responses"][answer["$ref"].rpartition("/")[2]]
    if "content" in answer:
        complies(json.loads(exchange.answered), answer["content"]["application/json"]["schema"])
    return name


@pytest.fixture
def recorded(sage: Simulator) -> Iterator[tuple[str, list[Exchange]]]:
    with recorder(sage.bank.url) as running:
        yield running


@pytest.fixture
def stack(sage: Simulator, control: Control, recorded: tuple[str, list[Exchange]]) -> Iterator[Deployment]:
    control.register_connector(BASE_URL)
    control.patch("/settings", {"notification_delay_seconds": 86_400})
    with deployment(sage, PublicUrl=BASE_URL, Authenticator="steps", AuthenticatorUrl=recorded[0]) as deployed:
        yield deployed


def test_the_description_is_valid_openapi() -> None:
    validate(API)


def test_all_that_the_connector_and_the_bank_say_is_as_described_and_all_that_is_described_is_said(
    stack: Deployment, sage: Simulator, recorded: tuple[str, list[Exchange]]
) -> None:
    for name, factor in (("anna", ""), ("ben", "code"), ("chloe", ""), ("david", ""), ("eve", ""), ("gina", "")):
        person = Person(stack, sage, name)
        person.press("continue")
        person.sign_in("wrong")
        person.sign_in()
        if factor:
            person.press("answer", factor=factor)
            person.press("answer", code="0")
        if person.offers("refresh"):
            person.press("refresh")
        if person.offers("cancel"):
            person.press("cancel")

    said = {check(exchange) for exchange in recorded[1]}

    assert said == {
        f"{method.upper()} {path}"
        for path, operations in API["paths"].items()
        for method in operations
        if method != "parameters"
    }
    assert {exchange.status for exchange in recorded[1]} == {200, 201, 204, 503}
    steps = {json.loads(exchange.answered)["step"]["type"] for exchange in recorded[1] if exchange.status < 204}
    assert steps == set(API["components"]["schemas"]["Step"]["discriminator"]["mapping"])


def test_every_kind_of_field_that_is_described_is_known() -> None:
    assert API["components"]["schemas"]["Field"]["properties"]["kind"]["enum"] == [kind.value for kind in Kind]
