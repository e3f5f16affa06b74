"""Every method of every AWS adapter raises ServiceUnavailableError where its service fails, over a real connection."""

import inspect
from collections.abc import Callable, Iterator
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import boto3
import pytest
from botocore.config import Config

from connector.accounts.repository import Account, DynamoDBAccountRepository
from connector.aws.errors import ServiceUnavailableError
from connector.aws.hourly_limit import HourlyLimit
from connector.aws.lock import DynamoDBLocks, Lock
from connector.aws.shared_rate import SharedRate
from connector.aws.vault import Vault, read_secret
from connector.reauth_requests import model
from connector.reauth_requests.model import ReauthRequest, RequestRecord, RequestStatus
from connector.reauth_requests.queue import RequestQueue
from connector.reauth_requests.repository import DynamoDBRequestRepository
from connector.sage.credentials import ApiKey
from connector.sage.token_function import TokenFunction
from connector.sage.token_store import SecretTokenStore
from connector.sage.tokens import Token
from connector.session.store import DynamoDBStore
from tests import sample
from tests.fakes.clock import Clock

NOW = 1_800_000_000
REQUEST = ReauthRequest.model_validate({"bankAccountId": "account-1", "bankId": "bank-1"})
RECORD = RequestRecord(
    bank_account_id="account-1",
    bank_id="bank-1",
    claimant="message-1",
    request_status=RequestStatus.REQUESTED,
    requested_at=NOW,
    window_until=NOW + 60,
)
ACCOUNT = Account(bank_account_id="account-1", notified_at=NOW)
TOKEN = Token("token", NOW + 60, obtained_at=NOW)

type Aws = Callable[[str], Any]

ADAPTERS: dict[type, Callable[[Aws], Any]] = {
    DynamoDBStore: lambda aws: DynamoDBStore(aws("dynamodb"), "table"),
    DynamoDBAccountRepository: lambda aws: DynamoDBAccountRepository(aws("dynamodb"), "table"),
    DynamoDBLocks: lambda aws: DynamoDBLocks(aws("dynamodb"), "table", Clock()),
    HourlyLimit: lambda aws: HourlyLimit(aws("dynamodb"), "table", 10, Clock()),
    SharedRate: lambda aws: SharedRate(
        client=aws("dynamodb"),
        table="table",
        name="rate",
        per_second=9,
        urgent=lambda: 0,
        clock=Clock(),
        pause=lambda _: None,
    ),
    DynamoDBRequestRepository: lambda aws: DynamoDBRequestRepository(aws("dynamodb"), "table"),
    RequestQueue: lambda aws: RequestQueue(aws("sqs"), "https://sqs.example/queue", "https://sqs.example/dead"),
    TokenFunction: lambda aws: TokenFunction(lambda: aws("lambda"), "sage-token"),
    SecretTokenStore: lambda aws: SecretTokenStore(aws("secretsmanager"), "arn"),
    Vault: lambda aws: Vault(aws("secretsmanager"), "arn", partial(read_secret, ApiKey, "Provider API's"), Clock()),
}
CALLS: dict[tuple[type, str], Callable[[Any], object]] = {
    (DynamoDBStore, "apply"): lambda store: store.apply(sample.notify(NOW)),
    (DynamoDBStore, "find"): lambda store: store.find(sample.ID),
    (DynamoDBStore, "entries"): lambda store: list(store.entries()),
    (DynamoDBStore, "waiting"): lambda store: store.waiting(10),
    (DynamoDBStore, "unconfirmed"): lambda store: list(store.unconfirmed(NOW)),
    (DynamoDBAccountRepository, "write"): lambda accounts: accounts.write(ACCOUNT),
    (DynamoDBAccountRepository, "find"): lambda accounts: accounts.find("account-1"),
    (DynamoDBAccountRepository, "find_external"): lambda accounts: accounts.find_external("external-1"),
    (HourlyLimit, "admit"): lambda limit: limit.admit("account-1"),
    (SharedRate, "wait"): lambda rate: rate.wait(),
    (DynamoDBLocks, "acquire"): lambda locks: locks.acquire("one", 20),
    (DynamoDBLocks, "release"): lambda locks: locks.release(Lock("one", "holder")),
    (DynamoDBRequestRepository, "claim"): lambda repository: repository.claim(
        REQUEST, "message-1", window_seconds=60, now=NOW
    ),
    (DynamoDBRequestRepository, "write"): lambda repository: repository.write(RECORD, model.rejected("HTTP 404", NOW)),
    (DynamoDBRequestRepository, "find"): lambda repository: repository.find("account-1"),
    (RequestQueue, "delay"): lambda queue: queue.delay("receipt", 5),
    (RequestQueue, "send"): lambda queue: queue.send([{}]),
    (RequestQueue, "send_dead_letter"): lambda queue: queue.send_dead_letter("{}", "rejected", "HTTP 404"),
    (TokenFunction, "fetch"): lambda function: function.fetch(),
    (SecretTokenStore, "read"): lambda token_store: token_store.read(),
    (SecretTokenStore, "write"): lambda token_store: token_store.write(TOKEN),
    (Vault, "get"): lambda vault: vault.get(),
    (Vault, "reload"): lambda vault: vault.reload(),
}


class _Failing(BaseHTTPRequestHandler):
    """Answers as an AWS service that is out of order, throttles, or breaks the connection."""

    def do_POST(self) -> None:
        answers = {
            "out of order": (500, b'{"__type": "InternalServerError"}'),
            "throttled": (400, b'{"__type": "ThrottlingException"}'),
        }
        self.rfile.read(int(self.headers["Content-Length"]))
        failure = self.server.failure  # type: ignore[attr-defined]  # set by the fixture
        if failure not in answers:
            self.close_connection = True
            return
        status, body = answers[failure]
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Write nothing."""


@pytest.fixture(scope="module")
def server() -> Iterator[ThreadingHTTPServer]:
    with ThreadingHTTPServer(("127.0.0.1", 0), _Failing) as server:
        Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        yield server
        server.shutdown()


@pytest.fixture(scope="module")
def clients(server: ThreadingHTTPServer) -> dict[str, Any]:
    """The clients by service, which make one attempt each."""
    options: dict[str, Any] = {
        "endpoint_url": f"http://127.0.0.1:{server.server_port}",
        "region_name": "eu-west-1",
        "aws_access_key_id": "local",
        "aws_secret_access_key": "local",
        "config": Config(retries={"total_max_attempts": 1}, connect_timeout=2, read_timeout=2),
    }
    return {
        "dynamodb": boto3.client("dynamodb", **options),
        "lambda": boto3.client("lambda", **options),
        "sqs": boto3.client("sqs", **options),
        "secretsmanager": boto3.client("secretsmanager", **options),
    }


@pytest.fixture(params=["out of order", "throttled", "no answer"])
def aws(request: pytest.FixtureRequest, server: ThreadingHTTPServer, clients: dict[str, Any]) -> Aws:
    server.failure = request.param  # type: ignore[attr-defined]  # read by the handler
    return clients.__getitem__


@pytest.mark.parametrize(("adapter", "method"), CALLS, ids=[f"{kind.__name__}.{method}" for kind, method in CALLS])
def test_a_failing_service_is_one_error(aws: Aws, adapter: type, method: str) -> None:
    with pytest.raises(ServiceUnavailableError, match=r"^(DynamoDB|SQS|Secrets Manager|Lambda): \w+$"):
        CALLS[adapter, method](ADAPTERS[adapter](aws))


@pytest.mark.parametrize("adapter", ADAPTERS)
def test_every_public_method_of_an_adapter_is_proved_here(adapter: type) -> None:
    methods = {name for name, _ in inspect.getmembers(adapter, inspect.isfunction) if not name.startswith("_")}

    assert methods == {method for kind, method in CALLS if kind is adapter}
