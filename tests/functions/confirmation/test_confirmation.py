"""The end of the story, on every store: an account must follow a success that Banking Service acknowledged."""

import pytest

from connector.confirmation.confirm_accounts import ConfirmAccounts
from connector.delivery.updates import deliver
from connector.sage.provider_api import ApiResponse, NotSentError
from connector.session.authorisation import Authorisation, Outcome, State
from connector.session.store import DynamoDBStore
from tests import sample
from tests.fakes.accounts import Accounts, account
from tests.fakes.clock import Clock

MINUTES = 30


class Desk:
    """A use case with everything that it works with."""

    def __init__(self, store: DynamoDBStore) -> None:
        self.store, self.clock, self.counted, self.left = store, Clock(), list[str](), 60.0
        self.alarmed = list[tuple[str, ...]]()

    def delivered(self, outcome: Outcome = Outcome.SUCCESS) -> None:
        self.store.apply(sample.notify(self.clock.now))
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
            alarm=lambda *said: self.alarmed.append(said),
        )
        looked = confirm()
        assert sage.heard == [(sample.BANK_ID, sample.EXTERNAL_ID)] * len(sage.heard)
        return looked

    @property
    def session(self) -> Authorisation:
        found = self.store.find(sample.ID)
        assert found is not None
        return found

    @property
    def last(self) -> dict[str, object]:
        return {name: value for name, value in self.session.history[-1].items() if name not in {"at", "id"}}


@pytest.fixture(params=["moto", pytest.param("local", marks=pytest.mark.local_aws)])
def desk(request: pytest.FixtureRequest) -> Desk:
    return Desk(request.getfixturevalue(f"{request.param}_store"))


@pytest.mark.parametrize("status", ["verifyingAuth", "active"])
def test_an_account_that_is_verified_or_active_ends_the_story(desk: Desk, status: str) -> None:
    desk.delivered()

    assert desk.run(account(status)) == 1
    assert desk.last == {"event": "confirmed", "status": status}
    assert (desk.session.state, desk.session.account_id) == (State.DELIVERED, "account-1")
    assert (desk.counted, desk.alarmed) == (["AccountConfirmed"], [])
    assert desk.run() == 0


def test_an_account_that_is_not_there_yet_is_looked_at_again_later(desk: Desk) -> None:
    desk.delivered()

    desk.run(account("authRequired"))
    assert desk.last == {"event": "confirm_retried", "reason": "the account is authRequired"}
    assert desk.run() == 0
    desk.clock.now += 5
    assert desk.run(account("active")) == 1
    assert desk.last["event"] == "confirmed"


@pytest.mark.parametrize(
    "answer", [ApiResponse(500), ApiResponse(None), ApiResponse(404), ApiResponse(200, body=b"{"), account("")]
)
def test_whatever_else_is_answered_is_looked_at_again_until_time_is_up_and_then_alarmed(
    desk: Desk, answer: ApiResponse
) -> None:
    desk.delivered()
    desk.run(answer)
    desk.clock.now += MINUTES * 60
    desk.run(answer)

    assert desk.last["event"] == "confirm_timed_out"
    assert desk.session.reason == desk.last["reason"]
    assert desk.counted == ["AccountNotConfirmed"]
    assert desk.alarmed == [(sample.ID, desk.session.reason)]
    assert desk.run() == 0


def test_looks_become_rarer(desk: Desk) -> None:
    desk.delivered()
    looks = 0
    while desk.last["event"] != "confirm_timed_out":
        looks += desk.run(account("authRequired"))
        desk.clock.now = max(desk.session.confirm_due or 0, desk.clock.now)

    assert looks < 20


def test_only_a_success_is_to_be_confirmed(desk: Desk) -> None:
    desk.delivered(Outcome.CANCELLED)

    assert desk.run() == 0


def test_without_a_token_or_time_nothing_is_looked_at_and_nothing_lost(desk: Desk) -> None:
    desk.delivered()

    assert desk.run(NotSentError("Sage ID cannot be reached")) == 0
    desk.left = 20
    assert desk.run() == 0
    desk.left = 60
    assert desk.run(account("active")) == 1


def test_the_history_of_a_confirmed_session_is_whole(desk: Desk) -> None:
    desk.delivered()
    desk.run(account("verifyingAuth"))

    events = [entry["event"] for entry in desk.session.history]
    assert events == ["notified", "opened", "decided", "delivered", "confirmed"]
