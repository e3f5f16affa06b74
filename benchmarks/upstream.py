"""What a function calls: DynamoDB, Secrets Manager, Sage ID and the Provider API, on one loopback port.

DynamoDB and Secrets Manager are moto's, so that conditions are evaluated for real. They run in this process, which only
waits while a function works. Each answer is timed here, from the request's headers to the last byte of the answer, so
that a figure can leave out what is AWS's and Sage's own time. Connections are kept open, as AWS keeps them.
"""

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from unittest.mock import patch

import boto3
from botocore import xform_name
from botocore.exceptions import ClientError
from moto import mock_aws

from local.machine.ports import LOOPBACK
from simulator.tokens.authority import TokenAuthority
from tests.template import create_table, template

REGION = "eu-west-1"
AWS_CREDENTIALS = {
    "AWS_ACCESS_KEY_ID": "local",
    "AWS_SECRET_ACCESS_KEY": "local",
    "AWS_SESSION_TOKEN": "local",
    "AWS_DEFAULT_REGION": REGION,
}
AUDIENCE = "https://connector.example"
SERVICES = {"DynamoDB_20120810": "dynamodb", "secretsmanager": "secretsmanager"}


@dataclass(frozen=True)
class Call:
    """One answered call, such as UpdateItem or GET /.well-known/jwks.json."""

    name: str
    milliseconds: float
    is_aws: bool


@dataclass
class Upstream:
    """The running server, and what it was called for since the last `take`."""

    url: str
    environment: dict[str, str]
    """What the template's environment variables need: the ids of tables and secrets, Sage's URLs."""
    credentials: dict[str, str]
    authority: TokenAuthority
    aws: dict[str, Any]
    """A client of each service, by its name."""
    calls: list[Call] = field(default_factory=list)

    def take(self) -> list[Call]:
        """Return the calls since the last `take`."""
        taken, self.calls = self.calls, []
        return taken

    def token(self, **claims: Any) -> str:  # noqa: ANN401 - any JSON
        """Return a token as Banking Service sends it with a notification."""
        return self.authority.sign(self.authority.claims(AUDIENCE, "banking-service", 3600) | claims)


@contextmanager
def upstream() -> Iterator[Upstream]:
    """Serve until the context ends, with the template's tables and the filled secrets."""
    with mock_aws(), patch.dict("os.environ", AWS_CREDENTIALS):
        server = _Server((LOOPBACK, 0), _Handler)
        url = f"http://{LOOPBACK}:{server.server_port}"
        server.upstream = _made(url)
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        thread.start()
        try:
            yield server.upstream
        finally:
            server.shutdown()
            server.server_close()


def _made(url: str) -> Upstream:
    session = boto3.Session(region_name=REGION)
    aws: dict[str, Any] = {"dynamodb": session.client("dynamodb"), "secretsmanager": session.client("secretsmanager")}
    resources = template()["Resources"]
    tables = [name for name, resource in resources.items() if resource["Type"] == "AWS::DynamoDB::Table"]
    secrets = [name for name, resource in resources.items() if resource["Type"] == "AWS::SecretsManager::Secret"]
    ids = {name: create_table(aws["dynamodb"], name) for name in tables}
    ids |= {name: aws["secretsmanager"].create_secret(Name=name)["ARN"] for name in secrets}
    credentials = {
        "client_id": "provider",
        "client_secret": "a-secret",
        "api_key": "an-api-key",
        "notification_header_value": "a-shared-value",
    }
    for name in secrets:
        if name != "TokenSecret":
            aws["secretsmanager"].put_secret_value(SecretId=name, SecretString=json.dumps(credentials))
    authority = TokenAuthority(f"{url}/")
    sage = {
        "SageIdIssuer": authority.issuer,
        "SageIdJwksUrl": f"{url}/.well-known/jwks.json",
        "SageIdTokenUrl": f"{url}/oauth/token",
        "ProviderApiUrl": f"{url}/v1",
        "ProviderApiAudience": "https://provider-api.example",
        "NotificationAudience": AUDIENCE,
    }
    return Upstream(url, ids | sage, credentials, authority, aws)


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    upstream: Upstream


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    # One packet for each answer.
    wbufsize = -1
    server: _Server

    def do_GET(self) -> None:
        self._answer(HTTPStatus.OK, self.server.upstream.authority.jwks())

    def do_PATCH(self) -> None:
        self._answer(HTTPStatus.OK, {"data": {"status": "success"}}, path="/v1/authorisations/{id}")

    def do_POST(self) -> None:
        target = self.headers.get("X-Amz-Target")
        if target:
            began = time.perf_counter()
            status, answer = self._aws(target, json.loads(self._body()))
            self._answer(status, answer, began=began, aws=target.partition(".")[2])
        else:
            token = self.server.upstream.authority.issue("https://provider-api.example", "provider", 3600)
            self._answer(HTTPStatus.OK, {"access_token": token, "token_type": "Bearer", "expires_in": 3600})

    def log_message(self, *_: object) -> None:
        """Log nothing: the calls are counted."""

    def _aws(self, target: str, request: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        service, _, operation = target.partition(".")
        client = self.server.upstream.aws[SERVICES[service]]
        try:
            answer: dict[str, Any] = getattr(client, xform_name(operation))(**request)
        except ClientError as error:
            problem = {"__type": error.response["Error"]["Code"], "message": error.response["Error"]["Message"]}
            item = error.response.get("Item")
            return HTTPStatus.BAD_REQUEST, problem | ({"Item": item} if item else {})
        answer.pop("ResponseMetadata", None)
        return HTTPStatus.OK, answer

    def _answer(
        self, status: int, answer: object, *, path: str = "", aws: str = "", began: float | None = None
    ) -> None:
        began = time.perf_counter() if began is None else began
        if not aws:
            self._body()
        body = json.dumps(answer, default=_seconds).encode()
        # Counted before the answer leaves: the function may be done before this thread runs again.
        name = aws or f"{self.command} {path or self.path}"
        self.server.upstream.calls.append(Call(name, (time.perf_counter() - began) * 1000, is_aws=bool(aws)))
        self.send_response(status)
        self.send_header("Content-Type", "application/x-amz-json-1.0" if aws else "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
        self.wfile.flush()

    def _body(self) -> bytes:
        return self.rfile.read(int(self.headers.get("Content-Length") or 0))


def _seconds(value: object) -> float:
    if isinstance(value, datetime):
        return value.timestamp()
    raise TypeError(f"{type(value).__name__} is not JSON")
