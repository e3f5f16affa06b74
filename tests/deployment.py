"""The functions as the template deploys them, but in this process: its environment variables, its table, moto's AWS."""

import importlib.util
import io
import json
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from functools import cache
from types import ModuleType
from typing import Any
from unittest.mock import patch
from uuid import uuid4

import boto3
from botocore.client import BaseClient
from moto import mock_aws

from connector.aws import clients as aws
from connector.session.store import DynamoDBStore
from local.stack.bring_up import parameters_for
from local.stack.simulator_state import Simulator
from tests.template import CHECKOUT, create_table, functions, template, variables

REGION = "eu-west-1"
BASE_URL = "https://connector.example"
ADDRESS = "203.0.113.7"
"""Of every caller."""


@dataclass
class Answer:
    """What a function answered."""

    status: int
    headers: Mapping[str, str]
    body: str


@dataclass
class Deployment:
    """A stack of functions in memory."""

    environment: dict[str, str]
    secrets: Any
    table: Any
    store: DynamoDBStore
    calls: Counter[str] = field(default_factory=Counter)
    """AWS calls since the last `clear`, by operation."""
    sqs: Any = None
    queues: dict[str, str] = field(default_factory=dict)
    """The URL of each queue, by its logical id."""
    running: str = ""
    """The function that runs now."""
    _loaded: dict[str, ModuleType] = field(default_factory=dict)

    def function(self, name: str) -> ModuleType:
        """Load a function's module, as a cold start does; a second time it is warm."""
        if name not in self._loaded:
            path = CHECKOUT / "functions" / name / "app.py"
            spec = importlib.util.spec_from_file_location(f"functions_{name}_{uuid4().hex}", path)
            assert spec is not None
            assert spec.loader is not None
            module = importlib.util.module_from_spec(spec)
            with self._environment_of(name):
                spec.loader.exec_module(module)
                _count_calls(self.calls)
            self._loaded[name] = module
        return self._loaded[name]

    def _environment_of(self, name: str) -> AbstractContextManager[object]:
        given = _AWS.keys() | variables(name)
        return patch.dict("os.environ", {n: value for n, value in self.environment.items() if n in given})

    def cold(self) -> None:
        """Forget every environment that is warm."""
        self._loaded.clear()
        _forget_clients()

    def request(  # noqa: PLR0913 - the parts of an HTTP request
        self,
        function: str,
        method: str,
        path: str,
        *,
        query: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        body: str | None = None,
    ) -> Answer:
        """Send the function what API Gateway would."""
        event = {
            "resource": path,
            "path": path,
            "httpMethod": method,
            "headers": dict(headers or {}),
            "multiValueQueryStringParameters": {name: [value] for name, value in (query or {}).items()} or None,
            "requestContext": {
                "domainName": "connector.example",
                "path": path,
                "stage": "live",
                "identity": {"sourceIp": ADDRESS},
            },
            "body": body,
            "isBase64Encoded": False,
        }
        answer = self.invoke(function, event)
        return Answer(answer["statusCode"], answer["headers"], answer["body"])

    def invoke(self, function: str, event: Mapping[str, Any], seconds: int = 25) -> dict[str, Any]:
        """Send the function an event, with so much time left."""
        module = self.function(function)
        with self._environment_of(function), patch.object(self, "running", function):
            answer: dict[str, Any] = module.handler(event, Context(seconds))
        return answer

    def invoking_functions(self) -> Callable[..., Any]:
        """Return botocore's `_make_api_call`, with Lambda's Invoke as a call of the function here.

        moto runs a function in a container only.
        """
        call: Any = getattr(BaseClient, "_make_api_call")  # noqa: B009 - the stubs leave it out

        def make_api_call(client: BaseClient, operation: str, params: dict[str, Any]) -> Any:  # noqa: ANN401 - botocore's
            if operation != "Invoke":
                return call(client, operation, params)
            client.meta.events.emit(
                "before-parameter-build.lambda.Invoke",
                params=params,
                model=client.meta.service_model.operation_model("Invoke"),
            )
            invoked = next(n for n in functions() if _logical_id(n) == params["FunctionName"])
            answer = self.invoke(invoked, json.loads(params["Payload"]), 40)
            return {"StatusCode": 200, "Payload": io.BytesIO(json.dumps(answer).encode())}

        return make_api_call

    def items(self) -> list[dict[str, Any]]:
        """Return everything that is in the authorisations table."""
        items: list[dict[str, Any]] = self.table.scan()["Items"]
        return items


class Context:
    """Lambda's context, as far as it is read."""

    function_name = "function"
    memory_limit_in_mb = 1024
    invoked_function_arn = f"arn:aws:lambda:{REGION}:123456789012:function:function"
    aws_request_id = "request"

    def __init__(self, seconds: int = 25) -> None:
        self._seconds = seconds

    def get_remaining_time_in_millis(self) -> int:
        """Return the time that is left, of the template's time-out."""
        return self._seconds * 1000


@contextmanager
def deployment(simulator: Simulator, **parameters: str) -> Iterator[Deployment]:
    """Deploy to moto, with the credentials that the simulated Sage gave."""
    session, dynamodb, secrets, sqs = _moto()
    # The functions make their clients from the default session, which mock_aws() takes away.
    with mock_aws(), patch.dict("os.environ", _AWS), patch.object(boto3, "DEFAULT_SESSION", session):
        _forget_clients()
        references = (
            {
                logical_id: secrets.create_secret(Name=logical_id)["ARN"]
                for logical_id, resource in template()["Resources"].items()
                if resource["Type"] == "AWS::SecretsManager::Secret"
            }
            | {
                logical_id: create_table(dynamodb, logical_id)
                for logical_id, resource in template()["Resources"].items()
                if resource["Type"] == "AWS::DynamoDB::Table"
            }
            | {
                logical_id: sqs.create_queue(QueueName=logical_id)["QueueUrl"]
                for logical_id, resource in template()["Resources"].items()
                if resource["Type"] == "AWS::SQS::Queue"
            }
        )
        for filled in ("CredentialsSecret", "ProviderApiSecret", "NotificationSecret", "AuthenticatorSecret"):
            secrets.put_secret_value(SecretId=references[filled], SecretString=json.dumps(simulator.credentials))
        values = parameters_for(simulator, "") | parameters
        deployed = Deployment(
            environment=_AWS | environment_for(references | values),
            secrets=secrets,
            sqs=sqs,
            queues={name: url for name, url in references.items() if name.startswith("ReauthRequests")},
            table=_tables().Table(references["AuthorisationsTable"]),
            store=DynamoDBStore(dynamodb, references["AuthorisationsTable"]),
        )
        with patch("botocore.client.BaseClient._make_api_call", deployed.invoking_functions()):
            yield deployed
        _forget_clients()


def _logical_id(function: str) -> str:
    return f"{function.title().replace('_', '')}Function"


@cache
def _moto() -> tuple[boto3.Session, Any, Any, Any]:
    """A session, and its clients of DynamoDB, Secrets Manager and SQS; to make them takes longer than most tests."""
    session = boto3.Session("moto", "moto", region_name=REGION)
    return session, session.client("dynamodb"), session.client("secretsmanager"), session.client("sqs")


@cache
def _tables() -> Any:  # noqa: ANN401 - boto3's resource
    return _moto()[0].resource("dynamodb")


_AWS = {
    "AWS_ACCESS_KEY_ID": "moto",
    "AWS_SECRET_ACCESS_KEY": "moto",
    "AWS_DEFAULT_REGION": REGION,
}


def environment_for(values: Mapping[str, str]) -> dict[str, str]:
    """Resolve the variables of every function, parameters and resources having these values or their defaults."""
    parameters = template()["Parameters"]
    known = {name: str(parameter.get("Default", _EXAMPLE)) for name, parameter in parameters.items()} | dict(values)
    # Those of all functions together: a name has the same value in each.
    return {name: _resolved(value, known) for f in functions() for name, value in variables(f).items()}


def _resolved(value: object, known: Mapping[str, str]) -> str:
    if isinstance(value, dict):
        reference = str(value["Ref"])
        return known.get(reference, reference)
    return str(value)


_EXAMPLE = "https://sage.example/"
_CLIENTS = (aws.dynamodb, aws.secretsmanager, aws.sqs, aws.lambda_)


def _forget_clients() -> None:
    for made in (aws.session, *_CLIENTS):
        made.cache_clear()


def _count_calls(calls: Counter[str]) -> None:
    def count(**event: Any) -> None:  # noqa: ANN401 - whatever botocore tells
        calls[event["model"].name] += 1

    for client in _CLIENTS:
        client().meta.events.register("before-call", count, unique_id="counter")
