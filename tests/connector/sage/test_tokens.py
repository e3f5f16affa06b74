"""The shared token: when it is requested, by which environment, and what a failure keeps."""

from typing import TYPE_CHECKING

import pytest

from connector.aws.errors import ServiceUnavailableError
from connector.aws.lock import Lock, LockHeldError
from connector.sage.tokens import Token, Tokens, TokenUnavailableError
from tests.fakes.clock import Clock
from tests.fakes.locks import MemoryLocks
from tests.fakes.token_store import MemoryTokenStore

if TYPE_CHECKING:
    from collections.abc import Callable

EIGHT_HOURS = 8 * 3600


class TokenSystem:
    """Sage ID, the token store, the locks, and any number of environments."""

    def __init__(self) -> None:
        self.clock = Clock()
        self.token_store = MemoryTokenStore()
        self.locks = MemoryLocks(self.clock)
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
            raise TokenUnavailableError("Sage ID answered 503", retry_after=retry_after)

        self.on_fetch = fail

    def environment(self) -> Tokens:
        return Tokens(self.token_store, self.fetch, self.locks, self.clock, self.clock.pause)


@pytest.fixture
def system() -> TokenSystem:
    return TokenSystem()


def test_a_token_is_requested_once_and_shared(system: TokenSystem) -> None:
    first = system.environment().get()
    assert system.environment().get() == first
    assert system.fetched == 1


def test_a_warm_environment_uses_the_token_in_its_memory(system: TokenSystem) -> None:
    tokens = system.environment()
    first = tokens.get()
    system.token_store.token = None
    assert tokens.get() == first


def test_a_token_is_used_until_a_minute_before_its_end(system: TokenSystem) -> None:
    tokens = system.environment()
    first = tokens.get()
    system.clock.now = first.expires_at - Token.STOP_USING_SECONDS - 1
    assert tokens.get() == first
    system.clock.now += 1
    assert tokens.get().value == "token-2"


def test_an_environment_that_waits_gets_the_lock_holders_token(system: TokenSystem) -> None:
    winner = system.locks.acquire(Tokens.LOCK, 20)
    shared = Token("winner's", int(system.clock()) + EIGHT_HOURS)

    def pause(seconds: float) -> None:
        system.clock.pause(seconds)
        if len(system.clock.pauses) == 3:
            system.token_store.write(shared)
            system.locks.release(winner)

    waiting = Tokens(system.token_store, system.fetch, system.locks, system.clock, pause)
    assert waiting.get() == shared
    assert system.fetched == 0


def test_an_environment_waits_at_most_five_seconds_for_the_lock_holder(system: TokenSystem) -> None:
    system.locks.acquire(Tokens.LOCK, 20)
    began = system.clock()
    with pytest.raises(TokenUnavailableError, match="another environment is still waiting"):
        system.environment().get()
    assert system.clock() - began <= Tokens.WAIT_SECONDS


def test_after_the_lock_of_a_dead_holder_expires_another_environment_gets_a_token(system: TokenSystem) -> None:
    system.locks.acquire(Tokens.LOCK, Tokens.LOCK_SECONDS)
    system.clock.now += Tokens.LOCK_SECONDS
    assert system.environment().get().value == "token-1"


def test_a_token_that_is_not_accepted_is_replaced_for_all(system: TokenSystem) -> None:
    one, other = system.environment(), system.environment()
    failed = one.get()
    assert other.get() == failed
    assert one.get(instead_of=failed).value == "token-2"
    assert other.get(instead_of=failed).value == "token-2"
    assert system.fetched == 2


def test_a_token_that_another_has_replaced_already_is_not_dropped(system: TokenSystem) -> None:
    slow = system.environment()
    failed = slow.get()
    system.environment().get(instead_of=failed)
    kept = system.token_store.token
    slow.get(instead_of=failed)
    assert system.token_store.token == kept


def test_a_replacement_that_is_not_accepted_either_is_not_replaced_at_once(system: TokenSystem) -> None:
    tokens = system.environment()
    second = tokens.get(instead_of=tokens.get())
    with pytest.raises(TokenUnavailableError, match="is the API key right") as refused:
        tokens.get(instead_of=second)
    assert refused.value.retry_after == Tokens.SUSPICIOUS_SECONDS
    assert system.fetched == 2
    system.clock.now += Tokens.SUSPICIOUS_SECONDS
    assert tokens.get(instead_of=second).value == "token-3"


def test_a_replacement_that_was_accepted_once_is_replaced_at_once_when_it_fails(system: TokenSystem) -> None:
    tokens = system.environment()
    second = tokens.get(instead_of=tokens.get())
    tokens.accepted(second)
    assert tokens.get(instead_of=second).value == "token-3"


def test_two_tokens_revoked_within_a_minute_are_replaced_at_once_in_an_environment_that_used_neither(
    system: TokenSystem,
) -> None:
    """One environment saw the second token accepted. The other one learns it from the token store."""
    one, other = system.environment(), system.environment()
    first = other.get()
    second = one.get(instead_of=first)
    one.accepted(second)
    assert other.get(instead_of=first) == second
    assert other.get(instead_of=second).value == "token-3"


def test_an_environment_that_read_the_token_before_it_was_accepted_learns_it_later(system: TokenSystem) -> None:
    one, other = system.environment(), system.environment()
    second = one.get(instead_of=other.get())
    known = other.get(instead_of=Token("token-1", second.expires_at, obtained_at=second.obtained_at))
    assert known.replacement
    one.accepted(second)
    assert other.get(instead_of=known).value == "token-3"


def test_a_replacement_that_nobody_saw_accepted_is_not_replaced_at_once_by_any_environment(system: TokenSystem) -> None:
    second = system.environment().get(instead_of=system.environment().get())
    for _ in range(3):
        with pytest.raises(TokenUnavailableError, match="is the API key right"):
            system.environment().get(instead_of=second)
    assert system.fetched == 2


def test_the_acceptance_of_an_older_token_does_not_undo_a_newer_one(system: TokenSystem) -> None:
    one = system.environment()
    second = one.get(instead_of=one.get())
    system.clock.now += Tokens.SUSPICIOUS_SECONDS
    third = system.environment().get(instead_of=second)
    one.accepted(second)
    assert system.token_store.token == third
    assert third.replacement


def test_the_acceptance_is_shared_under_the_lock_and_once(system: TokenSystem) -> None:
    tokens = system.environment()
    second = tokens.get(instead_of=tokens.get())
    writes: list[Token] = []
    write = system.token_store.write

    def under_lock(token: Token) -> None:
        with pytest.raises(LockHeldError):
            system.locks.acquire(Tokens.LOCK, 1)
        writes.append(token)
        write(token)

    system.token_store.write = under_lock  # type: ignore[method-assign]  # the fake watches from now on
    for _ in range(3):
        tokens.accepted(second)
    assert writes == [second]
    assert not writes[0].replacement
    system.locks.acquire(Tokens.LOCK, 1)


@pytest.mark.parametrize("fault", ["lock held", "store unavailable"])
def test_an_acceptance_that_cannot_be_shared_is_still_remembered(system: TokenSystem, fault: str) -> None:
    tokens = system.environment()
    second = tokens.get(instead_of=tokens.get())
    if fault == "lock held":
        lock = system.locks.acquire(Tokens.LOCK, Tokens.LOCK_SECONDS)
        tokens.accepted(second)
        system.locks.release(lock)
    else:
        system.token_store.broken = True
        tokens.accepted(second)
        system.token_store.broken = False
    assert tokens.get(instead_of=second).value == "token-3"


def test_a_failure_is_not_repeated_by_the_environments_that_waited(system: TokenSystem) -> None:
    system.fail()
    with pytest.raises(TokenUnavailableError, match="503"):
        system.environment().get()
    with pytest.raises(TokenUnavailableError, match="cooling down"):
        system.environment().get()
    system.on_fetch = lambda: None
    system.clock.now += Tokens.COOL_DOWN_SECONDS
    assert system.environment().get().value == "token-1"


def test_retry_after_of_sage_id_holds_for_all_environments(system: TokenSystem) -> None:
    system.fail(retry_after=90)
    with pytest.raises(TokenUnavailableError):
        system.environment().get()
    system.on_fetch = lambda: None
    system.clock.now += 89
    with pytest.raises(TokenUnavailableError) as refused:
        system.environment().get()
    assert refused.value.retry_after == pytest.approx(1)
    system.clock.now += 1
    assert system.environment().get().value == "token-1"


def test_a_token_that_cannot_be_stored_is_used_by_its_environment(system: TokenSystem) -> None:
    system.token_store.broken = True
    tokens = system.environment()
    assert tokens.get().value == "token-1"
    assert tokens.get().value == "token-1"
    system.token_store.broken = False
    assert system.environment().get().value == "token-2"


def test_a_token_store_that_cannot_be_read_is_a_token_unavailable_error(system: TokenSystem) -> None:
    def fail() -> Token | None:
        raise ServiceUnavailableError("Secrets Manager: ThrottlingException")

    system.token_store.read = fail  # type: ignore[method-assign]  # the fake fails from now on
    with pytest.raises(TokenUnavailableError, match="ThrottlingException"):
        system.environment().get()


def test_the_schedule_renews_an_hour_ahead_and_not_before(system: TokenSystem) -> None:
    scheduled = system.environment()
    first = system.environment().get()
    system.clock.now = first.expires_at - Token.START_RENEWING_SECONDS - 1
    assert not scheduled.renew()
    system.clock.now += 1
    assert scheduled.renew()
    assert system.environment().get().value == "token-2"


def test_a_token_of_a_short_life_is_renewed_in_its_last_quarter(system: TokenSystem) -> None:
    system.lifetime = 1200
    scheduled = system.environment()
    assert scheduled.renew()
    system.clock.now += 899
    assert not scheduled.renew()
    system.clock.now += 1
    assert scheduled.renew()


def test_customers_use_the_token_that_is_there_while_it_is_being_renewed(system: TokenSystem) -> None:
    first = system.environment().get()
    system.clock.now = first.expires_at - Token.START_RENEWING_SECONDS
    used = []
    system.on_fetch = lambda: used.append(system.environment().get())
    assert system.environment().renew()
    assert used == [first]


@pytest.mark.parametrize("retry_after", [None, 120.0])
def test_a_renewal_that_fails_keeps_the_token_that_is_still_good(
    system: TokenSystem, retry_after: float | None
) -> None:
    first = system.environment().get()
    system.clock.now = first.expires_at - Token.START_RENEWING_SECONDS
    system.fail(retry_after)
    with pytest.raises(TokenUnavailableError):
        system.environment().renew()
    assert system.token_store.token == first
    assert system.environment().get() == first


def test_while_sage_id_is_left_alone_a_renewal_says_that_it_failed(system: TokenSystem) -> None:
    system.fail(retry_after=120)
    with pytest.raises(TokenUnavailableError):
        system.environment().renew()
    with pytest.raises(TokenUnavailableError, match="cooling down"):
        system.environment().renew()


def test_two_renewals_at_once_are_one(system: TokenSystem) -> None:
    system.locks.acquire(Tokens.LOCK, 20)
    assert not system.environment().renew()
    assert system.fetched == 0


def test_the_repr_of_a_token_has_no_value(system: TokenSystem) -> None:
    assert "token-1" not in repr(system.environment().get())


class UnreleasableLocks(MemoryLocks):
    """Locks that can be acquired; a release fails."""

    def release(self, lock: Lock, *, cool_down: float = 0) -> None:
        raise ServiceUnavailableError(f"DynamoDB: InternalServerError for {lock.name} {cool_down}")


def test_a_token_is_used_and_shared_although_the_lock_cannot_be_released(system: TokenSystem) -> None:
    system.locks = UnreleasableLocks(system.clock)

    assert system.environment().get().value == "token-1"
    assert system.environment().get().value == "token-1"


def test_the_error_of_sage_id_is_raised_also_where_the_lock_cannot_be_released(system: TokenSystem) -> None:
    system.locks = UnreleasableLocks(system.clock)
    system.fail(retry_after=90)

    with pytest.raises(TokenUnavailableError, match="503") as unavailable:
        system.environment().get()
    assert unavailable.value.retry_after == 90


class LateLocks(MemoryLocks):
    """Locks of an environment that comes second: another one does its work just before each lock is acquired."""

    def __init__(self, system: TokenSystem, before: "Callable[[], object]") -> None:
        super().__init__(system.clock)
        self._before = before

    def acquire(self, name: str, seconds: float) -> Lock:
        self._before()
        return super().acquire(name, seconds)


def second(system: TokenSystem, before: "Callable[[], object]") -> Tokens:
    locks = LateLocks(system, before)
    return Tokens(system.token_store, system.fetch, locks, system.clock, system.clock.pause)


def test_the_holder_of_the_lock_looks_for_a_stored_token_before_it_requests_one(system: TokenSystem) -> None:
    found = second(system, system.environment().get).get()

    assert (found.value, system.fetched) == ("token-1", 1)


def test_a_renewal_looks_for_a_renewed_token_before_it_requests_one(system: TokenSystem) -> None:
    system.environment().get()
    system.clock.pause(EIGHT_HOURS - 1800)

    second(system, system.environment().renew).renew()

    assert system.fetched == 2


def test_a_renewal_while_sage_id_is_left_alone_says_when_it_may_be_tried_again(system: TokenSystem) -> None:
    system.fail(retry_after=120)
    with pytest.raises(TokenUnavailableError):
        system.environment().renew()

    with pytest.raises(TokenUnavailableError) as caught:
        system.environment().renew()

    assert caught.value.retry_after == pytest.approx(120)
