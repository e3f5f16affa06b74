"""AWS as it is: lists have pages, answers are lost and the SDK repeats the call, services fail, reads may be stale."""

import json
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, cast

import boto3
import pytest
from botocore.awsrequest import AWSResponse
from botocore.config import Config
from botocore.exceptions import ReadTimeoutError
from moto import mock_aws

from connector.aws.errors import ServiceUnavailableError
from connector.aws.lock import DynamoDBLocks, Lock, LockHeldError
from connector.delivery.updates import deliver
from connector.journey.start import open_session
from connector.journey.updates import decide
from connector.notification.accept import notify
from connector.reauth_requests.model import ReauthRequest
from connector.reauth_requests.repository import DynamoDBRequestRepository
from connector.sage.token_store import SecretTokenStore
from connector.sage.tokens import Token
from connector.session.authorisation import Outcome
from connector.session.store import DynamoDBStore
from connector.session.update import Lease
from tests import sample
from tests.fakes.clock import Clock
from tests.template import create_table

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_secretsmanager import SecretsManagerClient

NOW = 1_800_000_000.0
SESSIONS = [f"00000000-0000-4000-8000-{number:012}" for number in range(3)]
_ACCESS: dict[str, Any] = {
    "region_name": "eu-west-1",
    "aws_access_key_id": "moto",
    "aws_secret_access_key": "moto",
    "config": Config(retries={"total_max_attempts": 1}),
}


@pytest.fixture(autouse=True)
def _aws() -> Iterator[None]:
    with mock_aws():
        yield


@pytest.fixture
def dynamodb() -> "DynamoDBClient":
    return boto3.client("dynamodb", **_ACCESS)


@pytest.fixture
def secretsmanager() -> "SecretsManagerClient":
    return boto3.client("secretsmanager", **_ACCESS)


@pytest.fixture
def store(dynamodb: "DynamoDBClient") -> DynamoDBStore:
    return DynamoDBStore(dynamodb, create_table(dynamodb))


@pytest.fixture
def locks(dynamodb: "DynamoDBClient") -> DynamoDBLocks:
    return DynamoDBLocks(dynamodb, create_table(dynamodb, "LocksTable"), Clock(NOW))


def decided(store: DynamoDBStore) -> None:
    for session in SESSIONS:
        store.apply(notify(session, sample.BANK_ID, session_minutes=20, now=NOW))
        store.apply(
            open_session(
                session,
                external_id=sample.EXTERNAL_ID,
                bank_account=None,
                redirect_uri=sample.REDIRECT_URI,
                sage_state=sample.SAGE_STATE,
                ticket=sample.TICKET,
                now=NOW,
            )
        )
        lease = Lease.until_after(30, NOW)
        store.apply(decide(session, sample.TICKET, Outcome.SUCCESS, status="success", lease=lease, now=NOW))


def one_item_a_page(client: "DynamoDBClient") -> list[dict[str, Any]]:
    """Let each page of a query have one item; return the parameters of each query, as they are sent."""
    queries = list[dict[str, Any]]()

    def limit(params: dict[str, Any], **_: Any) -> None:  # noqa: ANN401 - whatever else botocore passes
        params["Limit"] = 1
        queries.append(dict(params))

    client.meta.events.register("before-parameter-build.dynamodb.Query", limit)
    return queries


def test_the_outbox_is_listed_to_its_last_page(store: DynamoDBStore, dynamodb: "DynamoDBClient") -> None:
    decided(store)
    queries = one_item_a_page(dynamodb)

    assert sorted(entry.authorisation_id for entry in store.entries()) == SESSIONS
    assert len(queries) >= len(SESSIONS)


def test_the_unconfirmed_sessions_are_listed_to_their_last_page(
    store: DynamoDBStore, dynamodb: "DynamoDBClient"
) -> None:
    decided(store)
    for session in SESSIONS:
        found = store.find(session)
        assert found
        store.apply(deliver(found, how="acknowledged", now=NOW))
    queries = one_item_a_page(dynamodb)

    assert sorted(found.authorisation_id for found in store.unconfirmed(NOW)) == SESSIONS
    assert len(queries) >= len(SESSIONS)


def reads(client: "DynamoDBClient") -> list[bool]:
    """Return whether each GetItem was strongly consistent."""
    consistent = list[bool]()

    def record(params: dict[str, Any], **_: Any) -> None:  # noqa: ANN401 - whatever else botocore passes
        consistent.append(params.get("ConsistentRead", False))

    client.meta.events.register("before-parameter-build.dynamodb.GetItem", record)
    return consistent


def test_a_session_is_read_with_every_write_that_was_acknowledged(
    store: DynamoDBStore, dynamodb: "DynamoDBClient"
) -> None:
    consistent = reads(dynamodb)

    store.find(sample.ID)

    assert consistent == [True]


def test_a_request_is_read_with_every_write_that_was_acknowledged(dynamodb: "DynamoDBClient") -> None:
    consistent = reads(dynamodb)

    DynamoDBRequestRepository(dynamodb, create_table(dynamodb, "RequestsTable")).find("account-1")

    assert consistent == [True]


class RepeatsWrites:
    """A client whose every write is carried out, its answer lost, and the write repeated, as the AWS SDK does."""

    def __init__(self, client: "DynamoDBClient") -> None:
        self._client = client

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - whatever the client has
        return getattr(self._client, name)

    def update_item(self, **parameters: Any) -> Any:  # noqa: ANN401 - botocore's
        self._client.update_item(**parameters)
        return self._client.update_item(**parameters)


def repeats_writes(client: "DynamoDBClient") -> "DynamoDBClient":
    return cast("DynamoDBClient", RepeatsWrites(client))


def test_a_lock_is_acquired_although_the_answer_to_its_write_was_lost(dynamodb: "DynamoDBClient") -> None:
    clock = Clock(NOW)
    locks = DynamoDBLocks(repeats_writes(dynamodb), create_table(dynamodb, "LocksTable"), clock)

    mine = locks.acquire("one", 20)
    with pytest.raises(LockHeldError):
        locks.acquire("one", 20)
    locks.release(mine)

    assert locks.acquire("one", 20).holder != mine.holder


def test_a_session_goes_on_although_the_answer_to_each_write_was_lost(dynamodb: "DynamoDBClient") -> None:
    store = DynamoDBStore(repeats_writes(dynamodb), create_table(dynamodb))

    session = sample.decided(store, NOW)
    session = store.apply(deliver(session, how="acknowledged", now=NOW))

    assert [entry["event"] for entry in session.history] == ["notified", "opened", "decided", "delivered"]
    assert session.uncertain_attempts == 1


def test_a_request_is_claimed_although_the_answer_to_the_write_was_lost(dynamodb: "DynamoDBClient") -> None:
    repository = DynamoDBRequestRepository(repeats_writes(dynamodb), create_table(dynamodb, "RequestsTable"))
    request = ReauthRequest.model_validate({"bankAccountId": "account-1", "bankId": "bank-1"})

    record = repository.claim(request, "message-1", window_seconds=3600, now=NOW)

    assert [entry["event"] for entry in record.history] == ["requested"]


class _Body:
    def __init__(self, content: bytes) -> None:
        self._content = content

    def stream(self) -> Iterator[bytes]:
        yield self._content


def throttled(service: str, client: Any) -> str:  # noqa: ANN401 - any boto3 client
    """Let the service answer each call with ThrottlingException."""
    body = json.dumps({"__type": "ThrottlingException", "message": "slow down"}).encode()

    def answer(request: Any, **_: Any) -> AWSResponse:  # noqa: ANN401 - botocore's request
        return AWSResponse(request.url, 400, {}, _Body(body))  # type: ignore[arg-type]  # as much of urllib3 as is read

    client.meta.events.register_first(f"before-send.{service}", answer)
    return "ThrottlingException"


def unreachable(service: str, client: Any) -> str:  # noqa: ANN401 - any boto3 client
    """Let each call to the service end without an answer."""

    def answer(request: Any, **_: Any) -> None:  # noqa: ANN401 - botocore's request
        raise ReadTimeoutError(endpoint_url=request.url)

    client.meta.events.register_first(f"before-send.{service}", answer)
    return "ReadTimeoutError"


type Fault = Callable[[str, Any], str]


@pytest.mark.parametrize("fault", [throttled, unreachable])
@pytest.mark.parametrize(
    "call",
    [
        lambda store: store.apply(sample.notify(NOW)),
        lambda store: store.find(sample.ID),
        lambda store: list(store.entries()),
        lambda store: list(store.unconfirmed(NOW)),
    ],
    ids=["apply", "find", "entries", "unconfirmed"],
)
def test_a_failure_of_dynamodb_is_the_one_error_of_the_session_store(
    store: DynamoDBStore, dynamodb: "DynamoDBClient", call: Callable[[DynamoDBStore], object], fault: Fault
) -> None:
    reason = fault("dynamodb", dynamodb)

    with pytest.raises(ServiceUnavailableError, match=f"DynamoDB: {reason}"):
        call(store)


@pytest.mark.parametrize("fault", [throttled, unreachable])
@pytest.mark.parametrize(
    "call",
    [lambda locks: locks.acquire("one", 20), lambda locks: locks.release(Lock("one", "mine"))],
    ids=["acquire", "release"],
)
def test_a_failure_of_dynamodb_is_the_one_error_of_the_locks(
    locks: DynamoDBLocks, dynamodb: "DynamoDBClient", call: Callable[[DynamoDBLocks], object], fault: Fault
) -> None:
    reason = fault("dynamodb", dynamodb)

    with pytest.raises(ServiceUnavailableError, match=f"DynamoDB: {reason}"):
        call(locks)


@pytest.mark.parametrize("fault", [throttled, unreachable])
@pytest.mark.parametrize(
    "call",
    [lambda token_store: token_store.read(), lambda token_store: token_store.write(Token("token-1", 2_000_000_000))],
    ids=["read", "write"],
)
def test_a_failure_of_secrets_manager_is_the_one_error_of_the_token_store(
    secretsmanager: "SecretsManagerClient", call: Callable[[SecretTokenStore], object], fault: Fault
) -> None:
    token_store = SecretTokenStore(secretsmanager, secretsmanager.create_secret(Name="token")["ARN"])
    reason = fault("secrets-manager", secretsmanager)

    with pytest.raises(ServiceUnavailableError, match=f"Secrets Manager: {reason}"):
        call(token_store)


def test_the_token_that_was_written_is_read_with_all_that_belongs_to_it(
    secretsmanager: "SecretsManagerClient",
) -> None:
    token_store = SecretTokenStore(secretsmanager, secretsmanager.create_secret(Name="token")["ARN"])
    token = Token("token-1", 2_000_000_000, obtained_at=1_999_971_200, replacement=True)

    assert token_store.read() is None
    token_store.write(token)

    assert token_store.read() == token
