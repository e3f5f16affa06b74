"""The confirmation of accounts, on moto and on the local AWS: which answers confirm, retry and give up."""

import pytest

from connector.confirmation.confirm_accounts import ConfirmAccounts
from connector.delivery.updates import deliver
from connector.notification.accept import notify
from connector.sage.api_response import ApiResponse, NotSentError
from connector.session.authorisation import Authorisation, Outcome, State
from connector.session.store import DynamoDBStore
from tests import sample
from tests.fakes.accounts import Accounts, account
from tests.fakes.clock import Clock

MINUTES = 30


class Case:
    """The use case, its collaborators, and one session."""

    def __init__(self, store: DynamoDBStore) -> None:
        self.store, self.clock, self.counted, self.left = store, Clock(), list[str](), 60.0
        self.alarmed = list[tuple[str, ...]]()
        self.disconnected = set[str]()

    def delivered(self, outcome: Outcome = Outcome.SUCCESS, bank_id: str | None = sample.BANK_ID) -> None:
        self.store.apply(notify(sample.ID, bank_id, session_minutes=20, now=self.clock.now))
        self.store.apply(sample.open_session(self.clock.now))
        decided = self.store.apply(sample.decide(self.clock.now, outcome))
        self.store.apply(deliver(decided, how="acknowledged", now=self.clock.now))

    def run(self, *answers: ApiResponse | Exception) -> int:
        sage = Accounts(*answers)
        confirm = ConfirmAccounts(
            self.store,
            sage,
            minutes=MINUTES,
            clock=self.clock,
            seconds_left=lambda: self.left,
            count=self.counted.append,
            alarm=lambda *alarm: self.alarmed.append(alarm),
            is_disconnected=self.disconnected.__contains__,
        )
        queried = confirm()
        assert sage.heard == [(sample.BANK_ID, sample.EXTERNAL_ID)] * len(sage.heard)
        return queried

    @property
    def session(self) -> Authorisation:
        found = self.store.find(sample.ID)
        assert found is not None
        return found

    @property
    def last(self) -> dict[str, object]:
        return {name: value for name, value in self.session.history[-1].items() if name not in {"at", "id"}}


@pytest.fixture(params=["moto", pytest.param("local", marks=pytest.mark.local_aws)])
def case(request: pytest.FixtureRequest) -> Case:
    return Case(request.getfixturevalue(f"{request.param}_store"))


@pytest.mark.parametrize("status", ["verifyingAuth", "active"])
def test_an_account_that_is_verified_or_active_is_confirmed(case: Case, status: str) -> None:
    case.delivered()

    assert case.run(account(status)) == 1
    assert case.last == {"event": "confirmed", "status": status}
    assert (case.session.state, case.session.account_id) == (State.DELIVERED, "account-1")
    assert (case.counted, case.alarmed) == (["AccountConfirmed"], [])
    assert case.run() == 0


def test_an_account_is_queried_with_bankaccount_where_the_notification_has_no_bank_id(case: Case) -> None:
    case.delivered(bank_id=None)

    assert case.run(account("active")) == 1
    assert case.last["event"] == "confirmed"


def test_an_account_that_is_not_authorised_yet_is_queried_again_later(case: Case) -> None:
    case.delivered()

    case.run(account("authRequired"))
    assert case.last == {"event": "confirm_retried", "reason": "the account that externalId names is authRequired"}
    assert case.run() == 0
    case.clock.now += 5
    assert case.run(account("active")) == 1
    assert case.last["event"] == "confirmed"


@pytest.mark.parametrize(
    "answer", [ApiResponse(500), ApiResponse(None), ApiResponse(404), ApiResponse(200, body=b"{"), account("")]
)
def test_any_other_answer_is_retried_until_the_time_is_over_and_then_raises_an_alarm(
    case: Case, answer: ApiResponse
) -> None:
    case.delivered()
    case.run(answer)
    case.clock.now += MINUTES * 60
    case.run(answer)

    assert case.last["event"] == "confirm_timed_out"
    assert case.session.reason == case.last["reason"]
    assert case.counted == ["AccountNotConfirmed"]
    assert case.alarmed == [(sample.ID, case.session.reason)]
    assert case.run() == 0


def test_the_pauses_between_queries_grow(case: Case) -> None:
    case.delivered()
    queries = 0
    while case.last["event"] != "confirm_timed_out":
        queries += case.run(account("authRequired"))
        case.clock.now = max(case.session.confirm_due or 0, case.clock.now)

    assert queries < 20


def test_only_a_success_is_confirmed(case: Case) -> None:
    case.delivered(Outcome.CANCELLED)

    assert case.run() == 0


def test_without_a_token_or_time_no_account_is_queried_and_none_is_forgotten(case: Case) -> None:
    case.delivered()

    assert case.run(NotSentError("Sage ID cannot be reached")) == 0
    case.left = 20
    assert case.run() == 0
    case.left = 60
    assert case.run(account("active")) == 1


def test_the_history_of_a_confirmed_session_has_every_update(case: Case) -> None:
    case.delivered()
    case.run(account("verifyingAuth"))

    events = [entry["event"] for entry in case.session.history]
    assert events == ["notified", "opened", "decided", "delivered", "confirmed"]


@pytest.mark.parametrize("minutes", [0, MINUTES])
def test_the_confirmation_of_a_disconnected_account_ends_without_an_alarm(case: Case, minutes: int) -> None:
    case.delivered()
    case.disconnected.add(sample.EXTERNAL_ID)
    case.clock.now += minutes * 60

    assert case.run(account("cancelled")) == 1

    assert case.last == {"event": "disconnected", "reason": "the account that externalId names is cancelled"}
    assert (case.counted, case.alarmed) == ([], [])
    assert case.run() == 0


def test_an_account_that_became_authorised_is_confirmed_although_it_was_disconnected_once(case: Case) -> None:
    case.delivered()
    case.disconnected.add(sample.EXTERNAL_ID)

    case.run(account("active"))

    assert case.counted == ["AccountConfirmed"]
