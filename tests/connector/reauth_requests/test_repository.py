"""The contract of every repository of requests: in memory, on moto, and on the local AWS over a real connection."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import boto3
import pytest
from botocore.config import Config
from moto import mock_aws

from connector.reauth_requests import model as updates
from connector.reauth_requests.model import AlreadyRequestedError, ReauthRequest, RequestRecord, RequestStatus
from connector.reauth_requests.repository import DynamoDBRequestRepository, RequestRepository
from local.stack.aws import Aws
from tests.fakes.request_repository import MemoryRequestRepository
from tests.template import create_table

NOW = 1_800_000_000.0
WINDOW = 3600
REQUEST = ReauthRequest.model_validate({"bankAccountId": "account-1", "bankId": "bank-1"})


@pytest.fixture
def moto_repository() -> Iterator[DynamoDBRequestRepository]:
    with mock_aws():
        client = boto3.client(
            "dynamodb", region_name="eu-west-1", aws_access_key_id="moto", aws_secret_access_key="moto"
        )
        yield DynamoDBRequestRepository(client, create_table(client, "RequestsTable"))


@pytest.fixture
def local_repository(local_aws: Aws) -> Iterator[DynamoDBRequestRepository]:
    client = boto3.client(
        "dynamodb",
        endpoint_url=local_aws.endpoint,
        region_name=local_aws.region,
        aws_access_key_id="local",
        aws_secret_access_key="local",
        config=Config(max_pool_connections=32),
    )
    table = create_table(client, "RequestsTable")
    yield DynamoDBRequestRepository(client, table)
    client.delete_table(TableName=table)


@pytest.fixture(
    params=["memory", pytest.param("moto", marks=pytest.mark.slow), pytest.param("local", marks=pytest.mark.local_aws)]
)
def repository(request: pytest.FixtureRequest) -> RequestRepository:
    if request.param == "memory":
        return MemoryRequestRepository()
    found: RequestRepository = request.getfixturevalue(f"{request.param}_repository")
    return found


def claim(repository: RequestRepository, claimant: str = "message-1", now: float = NOW) -> RequestRecord:
    return repository.claim(REQUEST, claimant, window_seconds=WINDOW, now=now)


def events(repository: RequestRepository) -> list[str]:
    record = repository.find("account-1")
    assert record is not None
    return [entry["event"] for entry in record.history]


def test_the_first_message_of_a_window_claims_the_account(repository: RequestRepository) -> None:
    record = claim(repository)

    assert record.request_status is RequestStatus.REQUESTED
    assert (record.bank_id, record.claimant) == ("bank-1", "message-1")
    assert (record.requested_at, record.window_until) == (NOW, NOW + WINDOW)
    assert record.history == ({"at": NOW * 1000, "event": "requested"},)
    assert repository.find("account-1") == record


def test_a_message_that_is_delivered_again_gets_its_own_record(repository: RequestRepository) -> None:
    repository.write(claim(repository), updates.posted("statement-1", NOW + 1))

    again = claim(repository, now=NOW + 2 * WINDOW)

    assert again.request_status is RequestStatus.POSTED
    assert (again.statement_id, again.posted_at) == ("statement-1", NOW + 1)
    assert events(repository) == ["requested", "posted"]


@pytest.mark.parametrize("later", [0, WINDOW - 1])
def test_another_message_within_the_window_is_refused_and_changes_nothing(
    repository: RequestRepository, later: int
) -> None:
    record = claim(repository)

    with pytest.raises(AlreadyRequestedError):
        claim(repository, "message-2", NOW + later)
    assert repository.find("account-1") == record


@pytest.mark.parametrize(
    ("step", "later"),
    [
        (updates.accepted("completed", NOW + 1), WINDOW),
        (updates.rejected("HTTP 404", NOW + 1), 2),
        (updates.abandoned("too long", NOW + 1), 2),
    ],
    ids=["accepted, after the window", "rejected", "abandoned"],
)
def test_a_new_request_starts_at_requested_and_keeps_the_history(
    repository: RequestRepository, step: updates.RequestUpdate, later: int
) -> None:
    first = claim(repository)
    repository.write(first, updates.posted("statement-1", NOW))
    repository.write(first, step)

    record = claim(repository, "message-2", NOW + later)

    assert record.request_status is RequestStatus.REQUESTED
    assert (record.statement_id, record.posted_at, record.statement_status, record.reason) == (None,) * 4
    assert events(repository) == ["requested", "posted", step.event, "requested"]


def test_the_history_of_an_account_that_is_requested_for_years_keeps_the_last_two_requests(
    repository: RequestRepository,
) -> None:
    for number in range(20):
        record = claim(repository, f"message-{number}", NOW + number * WINDOW)
        repository.write(record, updates.rejected(f"HTTP 404: {number}", NOW + number * WINDOW))

    assert events(repository) == ["requested", "rejected"] * 2
    found = repository.find("account-1")
    assert found is not None
    assert [entry["reason"] for entry in found.history[1::2]] == ["HTTP 404: 18", "HTTP 404: 19"]


def test_an_accepted_request_keeps_the_account_until_its_window_ends(repository: RequestRepository) -> None:
    repository.write(claim(repository), updates.accepted("completed", NOW))

    with pytest.raises(AlreadyRequestedError):
        claim(repository, "message-2", NOW + WINDOW - 1)


def test_a_message_that_lost_the_account_records_nothing(repository: RequestRepository) -> None:
    late = claim(repository)
    claim(repository, "message-2", NOW + WINDOW)

    with pytest.raises(AlreadyRequestedError):
        repository.write(late, updates.posted("statement-1", NOW + WINDOW + 1))
    assert events(repository) == ["requested", "requested"]


def test_an_account_without_a_request_has_no_record(repository: RequestRepository) -> None:
    assert repository.find("account-1") is None


def test_of_many_messages_at_the_same_time_exactly_one_claims_the_account(
    local_repository: DynamoDBRequestRepository,
) -> None:
    together = threading.Barrier(32)

    def run(number: int) -> bool:
        together.wait()
        try:
            claim(local_repository, f"message-{number}")
        except AlreadyRequestedError:
            return False
        return True

    with ThreadPoolExecutor(32) as pool:
        assert sum(pool.map(run, range(32))) == 1
    assert events(local_repository) == ["requested"]
