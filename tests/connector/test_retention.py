"""Records are kept for as long as the audit trail and late customers need them, then DynamoDB purges them."""

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest
from moto import mock_aws

from connector.delivery import updates as delivery
from connector.reauth_requests import model as requests
from connector.reauth_requests.repository import DynamoDBRequestRepository
from connector.session.authorisation import Authorisation
from connector.session.store import DynamoDBStore
from connector.session.update import Update
from tests import sample
from tests.template import create_table, template

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

NOW = 1_800_000_000.0
DAY = 24 * 3600


def purge_at(client: "DynamoDBClient", table: str, key: dict[str, str]) -> int:
    """Return the attribute of the record that the template names as the time to live."""
    attribute = template()["Resources"][table]["Properties"]["TimeToLiveSpecification"]["AttributeName"]
    item = client.get_item(TableName=table, Key={name: {"S": value} for name, value in key.items()})["Item"]
    return int(item[attribute]["N"])


@pytest.mark.parametrize(
    "settle",
    [
        lambda session: delivery.deliver(session, how="acknowledged", now=NOW),
        lambda session: delivery.reject(session, reason="HTTP 404", now=NOW),
        lambda session: delivery.expire(session.authorisation_id, now=sample.LEASE.until),
    ],
    ids=["delivered", "rejected", "expired"],
)
def test_a_session_is_kept_for_thirty_days_after_its_end_however_it_ended(
    moto_store: DynamoDBStore, moto_client: "DynamoDBClient", settle: Callable[[Authorisation], Update]
) -> None:
    key = {"authorisation_id": sample.ID}
    decided = sample.decided(moto_store, NOW)
    assert purge_at(moto_client, "AuthorisationsTable", key) == decided.expires_at + 30 * DAY

    moto_store.apply(settle(decided))

    assert purge_at(moto_client, "AuthorisationsTable", key) == decided.expires_at + 30 * DAY


def test_a_request_is_kept_for_a_hundred_and_eighty_days_after_its_last_claim(moto_client: "DynamoDBClient") -> None:
    request = requests.ReauthRequest.model_validate({"bankAccountId": "account-1", "bankId": "bank-1"})
    key = {"bank_account_id": "account-1"}
    with mock_aws():
        repository = DynamoDBRequestRepository(moto_client, create_table(moto_client, "RequestsTable"))

        record = repository.claim(request, "message-1", window_seconds=3600, now=NOW)
        repository.write(record, requests.rejected("HTTP 404", NOW + DAY))
        assert purge_at(moto_client, "RequestsTable", key) == NOW + 180 * DAY
        repository.claim(request, "message-2", window_seconds=3600, now=NOW + 2 * DAY)

        assert purge_at(moto_client, "RequestsTable", key) == NOW + 182 * DAY
