"""The check of the account that `externalId` names: what it sees, what follows, and that its failures cost nothing."""

from dataclasses import dataclass, field

import pytest

from connector.journey.check_account import CheckAccount
from connector.journey.dialogue.next_step import Conclusion
from connector.journey.settings import AccountCheckMode
from connector.journey.views import Ended
from connector.sage.api_response import ApiResponse, NotSentError
from connector.session.authorisation import Authorisation, Outcome, State
from tests import sample
from tests.connector.journey.conftest import Journey
from tests.fakes.accounts import Accounts, account
from tests.fakes.authenticator import Bank

OFF, OBSERVE, ENFORCE = AccountCheckMode
SUCCESS = Conclusion(Outcome.SUCCESS)


@dataclass
class Check:
    """A check in one mode, Banking Service, and what the check reported."""

    mode: AccountCheckMode
    answer: ApiResponse | Exception
    counted: list[str] = field(default_factory=list)
    alarmed: list[tuple[str, str]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.sage = Accounts(self.answer)

    def __call__(self, session: Authorisation, conclusion: Conclusion) -> Conclusion:
        check = CheckAccount(
            accounts=self.sage,
            mode=self.mode,
            count=self.counted.append,
            alarm=lambda *alarm: self.alarmed.append(alarm),
        )
        return check(session, conclusion)


def finished(check: Check, bank: Bank) -> tuple[Authorisation, Journey]:
    """Play a whole journey with this check."""
    journey = Journey(bank, check_account=check)
    ended = journey.to_the_end()
    assert isinstance(ended, Ended)
    return ended.authorisation, journey


@pytest.mark.parametrize("mode", [OBSERVE, ENFORCE])
def test_a_success_of_an_account_that_waits_is_recorded_with_its_status(mode: AccountCheckMode, bank: Bank) -> None:
    check = Check(mode, account("authRequired"))

    session, _ = finished(check, bank)

    assert (session.state, session.outcome, session.account_status) == (
        State.DELIVERED,
        Outcome.SUCCESS,
        "authRequired",
    )
    [decided] = [entry for entry in session.history if entry["event"] == "decided"]
    assert decided["account_status"] == "authRequired"
    assert check.sage.heard == [(sample.BANK_ID, sample.EXTERNAL_ID)]
    assert (check.counted, check.alarmed) == ([], [])


@pytest.mark.parametrize(
    ("answer", "status"),
    [(account("active"), "active"), (account("pending"), "pending"), (ApiResponse(404), "not found")],
)
def test_where_the_deployer_observes_a_success_of_another_account_is_recorded_counted_and_raises_an_alarm(
    bank: Bank, answer: ApiResponse, status: str
) -> None:
    check = Check(OBSERVE, answer)

    session, journey = finished(check, bank)

    assert (session.outcome, session.account_status) == (Outcome.SUCCESS, status)
    assert journey.sage.heard == [(sample.ID, "success")]
    assert (check.counted, check.alarmed) == (["AccountNotWaiting"], [(sample.ID, status)])


def test_where_the_deployer_enforces_a_success_of_another_account_is_a_failure_and_is_not_reported(bank: Bank) -> None:
    check = Check(ENFORCE, account("active"))

    session, journey = finished(check, bank)

    assert (session.outcome, session.reason, session.account_status) == (
        Outcome.FAILED,
        "account_not_waiting",
        "active",
    )
    assert journey.sage.heard == []
    assert bank.cancelled == ["j-1"]
    assert (check.counted, check.alarmed) == (["AccountNotWaiting"], [(sample.ID, "active")])


@pytest.mark.parametrize("mode", [OBSERVE, ENFORCE])
@pytest.mark.parametrize(
    "answer",
    [
        *(ApiResponse(500), ApiResponse(429), ApiResponse(None), ApiResponse(401), ApiResponse(200, body=b"{")),
        *(account(""), NotSentError("no token")),
    ],
)
def test_a_query_that_fails_costs_the_customer_nothing(
    mode: AccountCheckMode, bank: Bank, answer: ApiResponse | Exception
) -> None:
    check = Check(mode, answer)

    session, journey = finished(check, bank)

    assert (session.outcome, session.account_status) == (Outcome.SUCCESS, "unavailable")
    assert journey.sage.heard == [(sample.ID, "success")]
    assert (check.counted, check.alarmed) == (["AccountCheckUnavailable"], [])


def test_where_the_check_is_off_banking_service_is_not_queried(bank: Bank) -> None:
    check = Check(OFF, AssertionError("queried"))

    session, _ = finished(check, bank)

    assert (session.outcome, session.account_status, check.sage.heard) == (Outcome.SUCCESS, None, [])


def test_only_a_success_is_checked(bank: Bank) -> None:
    check = Check(ENFORCE, AssertionError("queried"))
    journey = Journey(bank, check_account=check)
    journey.begin()

    assert isinstance(journey.answer(user="locked", password="x"), Ended)
    assert (journey.session.reason, check.sage.heard) == ("denied", [])


def test_without_a_bank_id_the_account_is_queried_with_bankaccount_and_without_both_not_at_all() -> None:
    check = Check(ENFORCE, account("authRequired"))
    session = Authorisation(
        authorisation_id=sample.ID, state=State.OPENED, expires_at=0, external_id=sample.EXTERNAL_ID, bank_account="b"
    )

    assert check(session, SUCCESS).account_status == "authRequired"
    assert check.sage.heard == [("b", sample.EXTERNAL_ID)]
    nowhere = Authorisation(authorisation_id=sample.ID, state=State.OPENED, expires_at=0)
    assert check(nowhere, SUCCESS).account_status == "unavailable"
