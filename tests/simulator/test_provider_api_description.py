"""docs/sage-provider-api.yaml: valid OpenAPI, with the routes of the simulator and the messages of the connector."""

import json
import re
from typing import Any
from uuid import uuid4

import pytest
import requests
from openapi_schema_validator import OAS31Validator
from openapi_spec_validator import validate
from referencing import Registry
from referencing.jsonschema import DRAFT202012
from samcli.yamlhelper import yaml_parse  # type: ignore[import-untyped]  # the SAM CLI ships no types

from connector.sage.messages import (
    AccountQuery,
    AccountQueryData,
    AuthorisationResult,
    PatchAuthorisation,
    PostStatement,
)
from simulator.banking_service import BankingService
from simulator.credentials import Credentials
from simulator.parties import provider_api as party
from simulator.rules.clock import Clock
from simulator.rules.faults import Faults
from simulator.rules.record_store import RecordStore
from simulator.settings import CurrentSettings, Settings
from simulator.tokens.authority import TokenAuthority
from simulator.wire.connector import ConnectorClient
from simulator.wire.exchanges import Exchanges
from tests.template import CHECKOUT

API: dict[str, Any] = yaml_parse((CHECKOUT / "docs" / "sage-provider-api.yaml").read_text())
REGISTRY: Registry[Any] = Registry().with_resource("api:", DRAFT202012.create_resource(API))
OPERATIONS = {
    (method.upper(), path): operation
    for path, operations in API["paths"].items()
    for method, operation in operations.items()
}


def complies(value: object, schema: dict[str, Any]) -> None:
    """Check a value. Raise jsonschema's ValidationError."""
    absolute = json.loads(json.dumps(schema).replace('"#/', '"api:#/'))
    OAS31Validator(absolute, registry=REGISTRY).validate(value)


def request_schema(method: str, path: str) -> dict[str, Any]:
    schema: dict[str, Any] = OPERATIONS[method, path]["requestBody"]["content"]["application/json"]["schema"]
    return schema


def response_schema(method: str, path: str) -> dict[str, Any]:
    content = OPERATIONS[method, path]["responses"]["2XX"].get("content", {"application/json": {"schema": {}}})
    schema: dict[str, Any] = content["application/json"]["schema"]
    return schema


def test_the_description_is_valid_openapi() -> None:
    validate(API)


def routes() -> set[tuple[str, str]]:
    """The routes of the simulated Provider API."""
    current, exchanges, clock = CurrentSettings(Settings()), Exchanges(), Clock()
    service = BankingService(
        RecordStore(current, clock.now),
        current,
        TokenAuthority("https://id.example/"),
        Credentials(),
        ConnectorClient(exchanges, "http://connector.localhost"),
        Faults(),
        clock,
    )
    app = party.create(exchanges, service)
    return {
        (method, rule.rule.removeprefix("/v1"))
        for rule in app.url_map.iter_rules()
        if rule.rule.startswith("/v1/")
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }


def test_the_simulator_has_just_the_routes_that_are_described() -> None:
    described = {(method, re.sub(r"\{\w+\}", "<>", path)) for method, path in OPERATIONS}

    assert {(method, re.sub(r"<\w+>", "<>", path)) for method, path in routes()} == described


def test_the_messages_of_the_connector_are_as_described() -> None:
    patch = PatchAuthorisation(data=AuthorisationResult(status="success"))
    statement = PostStatement.requiring_authorisation("account", "bank")
    query = AccountQuery(data=AccountQueryData(bank_id="bank", external_id="acc-1"))

    complies(patch.model_dump(mode="json"), request_schema("PATCH", "/authorisations/{authorisationId}"))
    complies(statement.model_dump(mode="json", by_alias=True), request_schema("POST", "/statements"))
    complies(query.model_dump(mode="json", by_alias=True), request_schema("POST", "/accountqueries"))


def test_the_answers_of_the_simulator_are_as_described(
    api: requests.Session, provider_api: str, account: dict[str, Any]
) -> None:
    statement = PostStatement.requiring_authorisation(account["bankAccountId"], account["bankId"])
    posted = api.post(f"{provider_api}/statements", json=statement.model_dump(mode="json", by_alias=True))
    complies(posted.json(), response_schema("POST", "/statements"))
    read = api.get(f"{provider_api}/statements/{posted.json()['data']['_id']}")
    complies(read.json(), response_schema("GET", "/statements/{statementId}"))
    query = {"data": {"bankId": account["bankId"], "externalId": account["externalId"]}}
    found = api.post(f"{provider_api}/accountqueries", json=query)
    complies(found.json(), response_schema("POST", "/accountqueries"))


def test_an_error_of_the_simulator_is_as_described(api: requests.Session, provider_api: str) -> None:
    refused = api.patch(f"{provider_api}/authorisations/{uuid4()}", json={"data": {"status": "success"}})

    assert not refused.ok
    complies(refused.json(), API["components"]["schemas"]["Error"])


@pytest.mark.parametrize("body", [{}, {"data": {}}, {"data": {"status": 1}}])
def test_the_simulator_refuses_what_is_not_described(
    api: requests.Session, provider_api: str, authorisation_id: str, body: dict[str, Any]
) -> None:
    refused = api.patch(f"{provider_api}/authorisations/{authorisation_id}", json=body)

    assert refused.status_code == 400
