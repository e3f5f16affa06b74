"""Banking Service's rules, without HTTP; a test's clock decides what is due."""

import pytest

from simulator.rules.records import Account, AccountStatus, AuthorisationState, StatementStatus
from simulator.rules.refusals import NotFoundError, UnsupportedOperationError, ValidationError
from simulator.rules.world import World
from simulator.settings import Dials, Settings

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
def world(clock: Clock) -> World:
    return World(Dials(Settings()), clock)


def link(world: World, status: AccountStatus = AccountStatus.AUTH_REQUIRED) -> Account:
    return world.add_account("ext-1", "bank-1", "Current account", status=status)


def statuses(world: World, account: Account) -> list[tuple[float, str]]:
    return [(change.at, change.status) for change in world.account(account.bank_account_id).history]


def test_a_success_moves_the_account_to_verifying_and_later_to_active(world: World, clock: Clock) -> None:
    account = link(world)
    authorisation = world.start_authorisation(account.bank_account_id, BACK)
    world.report(authorisation.authorisation_id, "success")
    clock.now += 60
    assert statuses(world, account) == [
        (1000, "authRequired"),
        (1000, "verifyingAuth"),
        (1002, "active"),
    ]


@pytest.mark.parametrize("status", ["error", "cancelled"])
def test_an_unsuccessful_result_leaves_the_account_and_ends_the_authorisation(world: World, status: str) -> None:
    account = link(world)
    authorisation = world.start_authorisation(account.bank_account_id, BACK)
    after = world.report(authorisation.authorisation_id, status)
    assert after.progress(1000) is AuthorisationState.FAILED
    assert statuses(world, account) == [(1000, "authRequired")]
    with pytest.raises(UnsupportedOperationError):
        world.report(authorisation.authorisation_id, "success")


def test_a_repeated_result_is_refused_and_remembered(world: World) -> None:
    authorisation = world.start_authorisation(link(world).bank_account_id, BACK)
    world.report(authorisation.authorisation_id, "success")
    with pytest.raises(UnsupportedOperationError, match="succeeded"):
        world.report(authorisation.authorisation_id, "success")
    reports = world.authorisation(authorisation.authorisation_id).reports
    assert [report.accepted for report in reports] == [True, False]


def test_an_authorisation_can_be_answered_until_just_before_twenty_minutes_have_passed(
    world: World, clock: Clock
) -> None:
    authorisation = world.start_authorisation(link(world).bank_account_id, BACK)
    clock.now += TWENTY_MINUTES - 0.001
    after = world.report(authorisation.authorisation_id, "success")
    assert after.progress(clock.now + TWENTY_MINUTES) is AuthorisationState.SUCCEEDED


def test_an_authorisation_cannot_be_answered_after_twenty_minutes(world: World, clock: Clock) -> None:
    account = link(world)
    authorisation = world.start_authorisation(account.bank_account_id, BACK)
    clock.now += TWENTY_MINUTES
    with pytest.raises(UnsupportedOperationError, match="expired"):
        world.report(authorisation.authorisation_id, "success")
    assert statuses(world, account) == [(1000, "authRequired")]


@pytest.mark.parametrize("status", sorted(set(AccountStatus) - {AccountStatus.AUTH_REQUIRED}))
def test_only_an_account_that_needs_it_can_be_authorised_again(world: World, status: AccountStatus) -> None:
    account = link(world, status)
    with pytest.raises(UnsupportedOperationError, match=status):
        world.start_authorisation(account.bank_account_id, BACK)


def test_two_authorisations_have_nothing_in_common_but_the_account(world: World) -> None:
    account = link(world)
    one, two = (world.start_authorisation(account.bank_account_id, BACK) for _ in range(2))
    assert len({one.authorisation_id, one.state, two.authorisation_id, two.state}) == 4


def test_a_statement_is_processed_after_a_while(world: World, clock: Clock) -> None:
    account = link(world, AccountStatus.ACTIVE)
    statement = world.post_statement(account.bank_account_id, "bank-1")
    assert world.statement(statement.statement_id).status is StatementStatus.PROCESSING
    assert world.account(account.bank_account_id).status is AccountStatus.ACTIVE
    clock.now += 1
    assert world.statement(statement.statement_id).status is StatementStatus.COMPLETED
    assert world.account(account.bank_account_id).status is AccountStatus.AUTH_REQUIRED


def test_one_statement_at_a_time_for_an_account(world: World, clock: Clock) -> None:
    account = link(world)
    world.post_statement(account.bank_account_id, "bank-1")
    with pytest.raises(UnsupportedOperationError):
        world.post_statement(account.bank_account_id, "bank-1")
    clock.now += 1
    world.post_statement(account.bank_account_id, "bank-1")


def test_a_statement_during_verification_wins_over_it(world: World, clock: Clock) -> None:
    account = link(world)
    authorisation = world.start_authorisation(account.bank_account_id, BACK)
    world.report(authorisation.authorisation_id, "success")
    world.post_statement(account.bank_account_id, "bank-1")
    clock.now += 60
    assert [status for _, status in statuses(world, account)] == ["authRequired", "verifyingAuth", "authRequired"]


@pytest.mark.parametrize("status", [AccountStatus.CANCELLED, AccountStatus.PENDING])
def test_a_statement_fails_with_a_reason_for_an_account_that_cannot_lose_its_authorisation(
    world: World, clock: Clock, status: AccountStatus
) -> None:
    account = link(world, status)
    statement = world.post_statement(account.bank_account_id, "bank-1")
    clock.now += 1
    after = world.statement(statement.statement_id)
    assert (after.status, after.reason) == (StatementStatus.FAILED, f"the account is {status}")
    assert world.account(account.bank_account_id).status is status


def test_a_statement_of_another_bank_is_refused(world: World) -> None:
    with pytest.raises(ValidationError):
        world.post_statement(link(world).bank_account_id, "bank-2")


def test_what_is_not_there_is_not_found(world: World) -> None:
    for look in (world.account, world.authorisation, world.statement):
        with pytest.raises(NotFoundError):
            look("nothing")
    with pytest.raises(NotFoundError):
        world.find_account("bank-1", "nothing")
    with pytest.raises(NotFoundError):
        world.report("nothing", "success")


def test_an_account_is_found_by_the_providers_own_id_of_it(world: World) -> None:
    account = link(world)
    assert world.find_account("bank-1", "ext-1") == account


def test_ids_of_accounts_are_unique(world: World) -> None:
    account = link(world)
    with pytest.raises(ValidationError):
        world.add_account("ext-1", "bank-1", "Again")
    with pytest.raises(ValidationError):
        world.add_account("ext-2", "bank-1", "Again", account.bank_account_id)
    assert len(world.accounts()) == 1


def test_a_status_that_stays_as_it_is_leaves_no_trace(world: World) -> None:
    account = link(world)
    world.set_status(account.bank_account_id, AccountStatus.AUTH_REQUIRED)
    assert len(statuses(world, account)) == 1
