"""The one token for everyone: when it is asked for, by whom, and what holds when that fails."""

from typing import TYPE_CHECKING

import pytest

from connector.aws.errors import Outage
from connector.sage.tokens import Token, Tokens, TokenUnavailable
from tests.fakes.batons import MemoryBatons
from tests.fakes.clock import Clock
from tests.fakes.shelf import MemoryShelf

if TYPE_CHECKING:
    from collections.abc import Callable

EIGHT_HOURS = 8 * 3600


class Office:
    """Sage ID, a shelf, batons, and as many environments as one likes."""

    def __init__(self) -> None:
        self.clock = Clock()
        self.shelf = MemoryShelf()
        self.batons = MemoryBatons(self.clock)
        self.fetched = 0
        self.on_fetch: Callable[[], None] = lambda: None
        self.lifetime = EIGHT_HOURS

    def fetch(self) -> Token:
        self.on_fetch()
        self.fetched += 1
        now = int(self.clock())
        return Token(f"token-{self.fetched}", now + self.lifetime, obtained_at=now)

    def fail(self, retry_after: float | None = None) -> None:
        def fail() -> None:
            raise TokenUnavailable("Sage ID answered 503", retry_after=retry_after)

        self.on_fetch = fail

    def environment(self) -> Tokens:
        return Tokens(self.shelf, self.fetch, self.batons, self.clock, self.clock.pause)


@pytest.fixture
def office() -> Office:
    return Office()


def test_a_token_is_asked_for_once_and_shared(office: Office) -> None:
    first = office.environment().get()
    assert office.environment().get() == first
    assert office.fetched == 1


def test_a_warm_environment_asks_nobody(office: Office) -> None:
    tokens = office.environment()
    first = tokens.get()
    office.shelf.token = None
    assert tokens.get() == first


def test_a_token_is_used_until_a_minute_before_its_end(office: Office) -> None:
    tokens = office.environment()
    first = tokens.get()
    office.clock.now = first.expires_at - Token.STOP_USING_SECONDS - 1
    assert tokens.get() == first
    office.clock.now += 1
    assert tokens.get().value == "token-2"


def test_who_waits_gets_the_winner_s_token(office: Office) -> None:
    winner = office.batons.take(Tokens.BATON, 20)
    shared = Token("winner's", int(office.clock()) + EIGHT_HOURS)

    def pause(seconds: float) -> None:
        office.clock.pause(seconds)
        if len(office.clock.pauses) == 3:
            office.shelf.write(shared)
            office.batons.put_down(winner)

    waiting = Tokens(office.shelf, office.fetch, office.batons, office.clock, pause)
    assert waiting.get() == shared
    assert office.fetched == 0


def test_nobody_waits_for_long_for_another_who_does_not_come_back(office: Office) -> None:
    office.batons.take(Tokens.BATON, 20)
    began = office.clock()
    with pytest.raises(TokenUnavailable, match="another is still asking"):
        office.environment().get()
    assert office.clock() - began <= Tokens.WAIT_SECONDS


def test_a_winner_that_died_is_succeeded_when_its_baton_ends(office: Office) -> None:
    office.batons.take(Tokens.BATON, Tokens.BATON_SECONDS)
    office.clock.now += Tokens.BATON_SECONDS
    assert office.environment().get().value == "token-1"


def test_a_token_that_is_not_accepted_is_replaced_for_all(office: Office) -> None:
    one, other = office.environment(), office.environment()
    failed = one.get()
    assert other.get() == failed
    assert one.get(instead_of=failed).value == "token-2"
    assert other.get(instead_of=failed).value == "token-2"
    assert office.fetched == 2


def test_a_token_that_another_has_replaced_already_is_not_dropped(office: Office) -> None:
    slow = office.environment()
    failed = slow.get()
    office.environment().get(instead_of=failed)
    kept = office.shelf.token
    slow.get(instead_of=failed)
    assert office.shelf.token == kept


def test_a_replacement_that_is_not_accepted_either_is_not_replaced_at_once(office: Office) -> None:
    tokens = office.environment()
    second = tokens.get(instead_of=tokens.get())
    with pytest.raises(TokenUnavailable, match="is the API key right") as refused:
        tokens.get(instead_of=second)
    assert refused.value.retry_after == Tokens.SUSPICIOUS_SECONDS
    assert office.fetched == 2
    office.clock.now += Tokens.SUSPICIOUS_SECONDS
    assert tokens.get(instead_of=second).value == "token-3"


def test_a_replacement_that_was_accepted_once_is_replaced_at_once_when_it_fails(office: Office) -> None:
    tokens = office.environment()
    second = tokens.get(instead_of=tokens.get())
    tokens.accepted(second)
    assert tokens.get(instead_of=second).value == "token-3"


def test_a_failure_is_not_repeated_by_everybody_who_waited(office: Office) -> None:
    office.fail()
    with pytest.raises(TokenUnavailable, match="503"):
        office.environment().get()
    with pytest.raises(TokenUnavailable, match="left alone"):
        office.environment().get()
    office.on_fetch = lambda: None
    office.clock.now += Tokens.REST_SECONDS
    assert office.environment().get().value == "token-1"


def test_how_long_sage_id_asks_us_to_wait_binds_everybody(office: Office) -> None:
    office.fail(retry_after=90)
    with pytest.raises(TokenUnavailable):
        office.environment().get()
    office.on_fetch = lambda: None
    office.clock.now += 89
    with pytest.raises(TokenUnavailable) as refused:
        office.environment().get()
    assert refused.value.retry_after == pytest.approx(1)
    office.clock.now += 1
    assert office.environment().get().value == "token-1"


def test_a_token_that_cannot_be_shared_is_used_all_the_same(office: Office) -> None:
    office.shelf.broken = True
    tokens = office.environment()
    assert tokens.get().value == "token-1"
    assert tokens.get().value == "token-1"
    office.shelf.broken = False
    assert office.environment().get().value == "token-2"


def test_a_shelf_that_cannot_be_read_is_no_crash(office: Office) -> None:
    def fail() -> Token | None:
        raise Outage("Secrets Manager: ThrottlingException")

    office.shelf.read = fail  # type: ignore[method-assign]  # the fake fails from now on
    with pytest.raises(TokenUnavailable, match="ThrottlingException"):
        office.environment().get()


def test_the_schedule_renews_an_hour_ahead_and_not_before(office: Office) -> None:
    scheduled = office.environment()
    first = office.environment().get()
    office.clock.now = first.expires_at - Token.START_RENEWING_SECONDS - 1
    assert not scheduled.renew()
    office.clock.now += 1
    assert scheduled.renew()
    assert office.environment().get().value == "token-2"


def test_a_token_of_a_short_life_is_renewed_in_its_last_quarter(office: Office) -> None:
    office.lifetime = 1200
    scheduled = office.environment()
    assert scheduled.renew()
    office.clock.now += 899
    assert not scheduled.renew()
    office.clock.now += 1
    assert scheduled.renew()


def test_customers_use_the_token_that_is_there_while_it_is_being_renewed(office: Office) -> None:
    first = office.environment().get()
    office.clock.now = first.expires_at - Token.START_RENEWING_SECONDS
    used = []
    office.on_fetch = lambda: used.append(office.environment().get())
    assert office.environment().renew()
    assert used == [first]


@pytest.mark.parametrize("retry_after", [None, 120.0])
def test_a_renewal_that_fails_keeps_the_token_that_is_still_good(office: Office, retry_after: float | None) -> None:
    first = office.environment().get()
    office.clock.now = first.expires_at - Token.START_RENEWING_SECONDS
    office.fail(retry_after)
    with pytest.raises(TokenUnavailable):
        office.environment().renew()
    assert office.shelf.token == first
    assert office.environment().get() == first


def test_while_sage_id_is_left_alone_a_renewal_says_that_it_failed(office: Office) -> None:
    office.fail(retry_after=120)
    with pytest.raises(TokenUnavailable):
        office.environment().renew()
    with pytest.raises(TokenUnavailable, match="left alone"):
        office.environment().renew()


def test_two_renewals_at_once_are_one(office: Office) -> None:
    office.batons.take(Tokens.BATON, 20)
    assert not office.environment().renew()
    assert office.fetched == 0


def test_no_token_prints_itself(office: Office) -> None:
    assert "token-1" not in repr(office.environment().get())
