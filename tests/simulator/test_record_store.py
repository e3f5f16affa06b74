"""The rules of Banking Service, without HTTP. The test controls the clock."""

import pytest

from simulator.rules.record_store import RecordStore
from simulator.rules.records import Account, AccountStatus, AuthorisationState, StatementStatus
from simulator.rules.refusals import NotFoundError, UnsupportedOperationError, ValidationError
from simulator.settings import CurrentSettings, Settings

BACK = "https://product.example/landing"
TWENTY_MINUTES = 20 * 60


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def records(clock: Clock) -> RecordStore:
    return RecordStore(CurrentSettings(Settings()), clock)


def link(records: RecordStore, status: AccountStatus = AccountStatus.AUTH_REQUIRED) -> Account:
    return records.add_account("ext-1", "bank-1", "Current account", status=status)


def statuses(records: RecordStore, account: Account) -> list[tuple[float, str]]:
    return [(change.at, change.status) for change in records.account(account.bank_account_id).history]


def test_after_a_success_the_account_becomes_verifying_and_then_active(records: RecordStore, clock: Clock) -> None:
    account = link(records)
    authorisation = records.start_authorisation(account.bank_account_id, BACK)
    records.report(authorisation.authorisation_id, "success")
    clock.now += 60
    assert statuses(records, account) == [
        (1000, "authRequired"),
        (1000, "verifyingAuth"),
        (1002, "active"),
    ]


@pytest.mark.parametrize("status", ["error", "cancelled"])
def test_an_unsuccessful_result_ends_the_authorisation_and_keeps_the_account(records: RecordStore, status: str) -> None:
    account = link(records)
    authorisation = records.start_authorisation(account.bank_account_id, BACK)
    after = records.report(authorisation.authorisation_id, status)
    assert after.progress(1000) is AuthorisationState.FAILED
    assert statuses(records, account) == [(1000, "authRequired")]
    with pytest.raises(UnsupportedOperationError):
        records.report(authorisation.authorisation_id, "success")


def test_a_repeated_result_is_refused_and_recorded(records: RecordStore) -> None:
    authorisation = records.start_authorisation(link(records).bank_account_id, BACK)
    records.report(authorisation.authorisation_id, "success")
    with pytest.raises(UnsupportedOperationError, match="succeeded"):
        records.report(authorisation.authorisation_id, "success")
    reports = records.authorisation(authorisation.authorisation_id).reports
    assert [report.accepted for report in reports] == [True, False]


def test_a_result_is_accepted_just_before_twenty_minutes(records: RecordStore, clock: Clock) -> None:
    authorisation = records.start_authorisation(link(records).bank_account_id, BACK)
    clock.now += TWENTY_MINUTES - 0.001
    after = records.report(authorisation.authorisation_id, "success")
    assert after.progress(clock.now + TWENTY_MINUTES) is AuthorisationState.SUCCEEDED


def test_a_result_is_refused_after_twenty_minutes(records: RecordStore, clock: Clock) -> None:
    account = link(records)
    authorisation = records.start_authorisation(account.bank_account_id, BACK)
    clock.now += TWENTY_MINUTES
    with pytest.raises(UnsupportedOperationError, match="expired"):
        records.report(authorisation.authorisation_id, "success")
    assert statuses(records, account) == [(1000, "authRequired")]


@pytest.mark.parametrize("status", sorted(set(AccountStatus) - {AccountStatus.AUTH_REQUIRED}))
def test_only_an_account_that_is_authrequired_can_be_authorised(records: RecordStore, status: AccountStatus) -> None:
    account = link(records, status)
    with pytest.raises(UnsupportedOperationError, match=status):
        records.start_authorisation(account.bank_account_id, BACK)


def test_two_authorisations_share_no_id_and_no_state(records: RecordStore) -> None:
    account = link(records)
    one, two = (records.start_authorisation(account.bank_account_id, BACK) for _ in range(2))
    assert len({one.authorisation_id, one.state, two.authorisation_id, two.state}) == 4


def test_a_statement_is_processed_after_statement_seconds(records: RecordStore, clock: Clock) -> None:
    account = link(records, AccountStatus.ACTIVE)
    statement = records.post_statement(account.bank_account_id, "bank-1")
    assert records.statement(statement.statement_id).status is StatementStatus.PROCESSING
    assert records.account(account.bank_account_id).status is AccountStatus.ACTIVE
    clock.now += 1
    assert records.statement(statement.statement_id).status is StatementStatus.COMPLETED
    assert records.account(account.bank_account_id).status is AccountStatus.AUTH_REQUIRED


def test_an_account_has_one_statement_in_process_at_most(records: RecordStore, clock: Clock) -> None:
    account = link(records)
    records.post_statement(account.bank_account_id, "bank-1")
    with pytest.raises(UnsupportedOperationError):
        records.post_statement(account.bank_account_id, "bank-1")
    clock.now += 1
    records.post_statement(account.bank_account_id, "bank-1")


def test_a_statement_ends_the_verification(records: RecordStore, clock: Clock) -> None:
    account = link(records)
    authorisation = records.start_authorisation(account.bank_account_id, BACK)
    records.report(authorisation.authorisation_id, "success")
    records.post_statement(account.bank_account_id, "bank-1")
    clock.now += 60
    assert [status for _, status in statuses(records, account)] == ["authRequired", "verifyingAuth", "authRequired"]


@pytest.mark.parametrize("status", [AccountStatus.CANCELLED, AccountStatus.PENDING])
def test_a_statement_fails_with_a_reason_for_an_account_that_cannot_lose_its_authorisation(
    records: RecordStore, clock: Clock, status: AccountStatus
) -> None:
    account = link(records, status)
    statement = records.post_statement(account.bank_account_id, "bank-1")
    clock.now += 1
    after = records.statement(statement.statement_id)
    assert (after.status, after.reason) == (StatementStatus.FAILED, f"the account is {status}")
    assert records.account(account.bank_account_id).status is status


def test_a_statement_of_another_bank_is_refused(records: RecordStore) -> None:
    with pytest.raises(ValidationError):
        records.post_statement(link(records).bank_account_id, "bank-2")


def test_unknown_ids_are_not_found(records: RecordStore) -> None:
    for find in (records.account, records.authorisation, records.statement):
        with pytest.raises(NotFoundError):
            find("nothing")
    with pytest.raises(NotFoundError):
        records.find_account("bank-1", "nothing")
    with pytest.raises(NotFoundError):
        records.report("nothing", "success")


def test_an_account_is_found_by_the_providers_id(records: RecordStore) -> None:
    account = link(records)
    assert records.find_account("bank-1", "ext-1") == account


def test_ids_of_accounts_are_unique(records: RecordStore) -> None:
    account = link(records)
    with pytest.raises(ValidationError):
        records.add_account("ext-1", "bank-1", "Again")
    with pytest.raises(ValidationError):
        records.add_account("ext-2", "bank-1", "Again", account.bank_account_id)
    assert len(records.accounts()) == 1


def test_an_unchanged_status_adds_nothing_to_the_history(records: RecordStore) -> None:
    account = link(records)
    records.set_status(account.bank_account_id, AccountStatus.AUTH_REQUIRED)
    assert len(statuses(records, account)) == 1
