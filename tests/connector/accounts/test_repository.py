"""The accounts on moto and on the local AWS, beside the fake in memory: the same contract."""

from collections.abc import Iterator

import boto3
import pytest
from moto import mock_aws

from connector.accounts.repository import KEEP_DISCONNECTED, Account, AccountRepository, DynamoDBAccountRepository
from local.stack.aws import Aws
from tests.fakes.account_repository import MemoryAccountRepository
from tests.template import create_table

NOW = 1_800_000_000
LINKED = Account(bank_account_id="account-1", notified_at=NOW, external_id="acc-1", bank_id="bank-1")
DISCONNECTED = Account(
    bank_account_id="account-1", notified_at=NOW + 60, external_id="acc-1", bank_id="bank-1", disconnected_at=NOW + 60
)


@pytest.fixture
def moto_repository() -> Iterator[DynamoDBAccountRepository]:
    with mock_aws():
        client = boto3.client(
            "dynamodb", region_name="eu-west-1", aws_access_key_id="moto", aws_secret_access_key="moto"
        )
        yield DynamoDBAccountRepository(client, create_table(client, "AccountsTable"))


@pytest.fixture
def local_repository(local_aws: Aws) -> Iterator[DynamoDBAccountRepository]:
    table = create_table(local_aws.dynamodb, "AccountsTable")
    yield DynamoDBAccountRepository(local_aws.dynamodb, table)
    local_aws.dynamodb.delete_table(TableName=table)


@pytest.fixture
def memory_repository() -> MemoryAccountRepository:
    return MemoryAccountRepository()


@pytest.fixture(params=["memory", "moto", pytest.param("local", marks=pytest.mark.local_aws)])
def repository(request: pytest.FixtureRequest) -> AccountRepository:
    found: AccountRepository = request.getfixturevalue(f"{request.param}_repository")
    return found


def test_an_account_is_found_by_sages_id_and_by_the_providers_own(repository: AccountRepository) -> None:
    repository.write(LINKED)

    assert repository.find("account-1") == repository.find_external("acc-1") == LINKED
    assert repository.find("acc-1") is repository.find_external("account-1") is None


def test_the_last_notification_of_an_account_counts(repository: AccountRepository) -> None:
    repository.write(LINKED)
    repository.write(DISCONNECTED)
    assert repository.find("account-1") == DISCONNECTED

    repository.write(LINKED)
    assert repository.find("account-1") == LINKED


def test_of_two_accounts_with_one_external_id_the_last_one_is_found(repository: AccountRepository) -> None:
    again = Account(bank_account_id="account-2", notified_at=NOW + 120, external_id="acc-1", bank_id="bank-1")
    repository.write(again)
    repository.write(DISCONNECTED)

    assert repository.find_external("acc-1") == again


def test_only_a_disconnected_account_is_purged(moto_repository: DynamoDBAccountRepository) -> None:
    def purge_at() -> object:
        key = {"bank_account_id": {"S": "account-1"}}
        item = moto_repository.client.get_item(TableName=moto_repository.table, Key=key)["Item"]
        return item.get("purge_at")

    moto_repository.write(DISCONNECTED)
    assert purge_at() == {"N": str(NOW + 60 + int(KEEP_DISCONNECTED.total_seconds()))}
    moto_repository.write(LINKED)
    assert purge_at() is None
