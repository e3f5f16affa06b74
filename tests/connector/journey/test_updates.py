"""The updates of a customer's journey, as every store must apply them: in memory, on moto, on the local AWS."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from connector.authenticators.port import Ask, Denied, Field, Kind, SendTo, Wait
from connector.journey import updates as journey
from connector.journey.dialogue.next_step import Conclusion, NextPrompt
from connector.session import ticket
from connector.session.authorisation import Authorisation, Outcome, Refusal, State, TransitionRefusedError
from connector.session.store import Store
from connector.session.update import Lease, Update
from tests import sample

NOW = 1_800_000_000.0
MINE = {"ticket_hash": ticket.hash_of(sample.TICKET)}
QUESTION = Ask(fields=(Field(name="code", kind=Kind.CODE),), memory="j-1")


def opened(store: Store) -> Authorisation:
    store.apply(sample.notify(NOW))
    return store.apply(sample.open_session(NOW))


def claim(step: int = 0, *, now: float = NOW, proof: dict[str, str] | None = None, max_attempts: int = 5) -> Update:
    lease = Lease.until_after(10, now)
    return journey.claim(
        sample.ID, MINE if proof is None else proof, step=step, lease=lease, max_attempts=max_attempts, now=now
    )


def ask(session: Authorisation, *, refused: bool = False) -> Update:
    proof = {"lease": session.lease or ""}
    return journey.ask(session, NextPrompt(QUESTION, refused), proof=proof, now=NOW)


def reason(store: Store, update: Update) -> Refusal:
    with pytest.raises(TransitionRefusedError) as caught:
        store.apply(update)
    return caught.value.reason


def test_a_claim_refuses_every_other_claim_until_it_ends_or_is_released(store: Store) -> None:
    opened(store)
    claimed = store.apply(claim())

    assert reason(store, claim()) is Refusal.BUSY
    assert store.apply(claim(now=NOW + 60)).lease != claimed.lease
    assert reason(store, journey.release(claimed, now=NOW)) is Refusal.NOT_MATCHING


def test_a_released_claim_leaves_the_step_as_it_was(store: Store) -> None:
    opened(store)

    after = store.apply(journey.release(store.apply(claim()), now=NOW))

    assert (after.step, after.lease, after.lease_until, after.attempts) == (0, None, None, 0)
    assert store.apply(claim()).lease is not None


def test_the_next_step_is_stored_with_its_prompt_and_without_the_claim(store: Store) -> None:
    opened(store)

    after = store.apply(ask(store.apply(claim())))

    assert (after.step, after.memory, after.lease, after.attempts) == (1, "j-1", None, 0)
    assert after.prompt is not None
    assert reason(store, claim(0)) is Refusal.OTHER_STEP
    assert store.apply(claim(1)).step == 1


def test_a_refused_answer_is_counted_and_the_limit_holds(store: Store) -> None:
    opened(store)

    after = store.apply(ask(store.apply(claim()), refused=True))

    assert after.attempts == 1
    assert reason(store, claim(1, max_attempts=1)) is Refusal.NO_ATTEMPTS_LEFT
    assert store.apply(claim(1, max_attempts=2)).attempts == 1


def test_a_lost_claim_records_nothing(store: Store) -> None:
    opened(store)
    slow = store.apply(claim())
    store.apply(claim(now=NOW + 60))

    assert reason(store, ask(slow)) is Refusal.NOT_MATCHING


@pytest.mark.parametrize("proof", [{"ticket_hash": "guessed"}, {"callback_hash": "guessed"}])
def test_without_proof_nothing_is_claimed(store: Store, proof: dict[str, str]) -> None:
    opened(store)
    store.apply(ask(store.apply(claim())))

    for step in (0, 1):
        assert reason(store, claim(step, proof=proof)) is Refusal.NOT_MATCHING


def test_nothing_is_claimed_after_the_session_expired(store: Store) -> None:
    opened(store)

    assert reason(store, claim(now=NOW + 20 * 60)) is Refusal.EXPIRED


def test_a_success_is_decided_only_for_the_sessions_account(store: Store) -> None:
    opened(store)
    claimed = store.apply(claim())

    def decide(owner: str) -> Update:
        conclusion = Conclusion(Outcome.SUCCESS, owner=owner)
        return journey.conclude(sample.decide(NOW), conclusion, step=0, proof={"lease": claimed.lease or ""})

    assert reason(store, decide("somebody-else's")) is Refusal.NOT_MATCHING
    after = store.apply(decide(sample.EXTERNAL_ID))
    assert (after.state, after.outcome, after.lease) == (State.DECIDED, Outcome.SUCCESS, sample.LEASE.id)


def test_an_outcome_that_is_not_reported_removes_the_claim(store: Store) -> None:
    opened(store)
    store.apply(claim())

    decision = sample.decide(NOW, Outcome.FAILED, status="")
    conclusion = Conclusion(Outcome.FAILED, reason="denied", denied=Denied(final=True, text="Locked."))
    after = store.apply(journey.conclude(decision, conclusion, step=None))

    assert (after.outcome, after.reason, after.lease, after.lease_until) == (Outcome.FAILED, "denied", None, None)
    assert after.history[-1]["reason"] == "denied"
    assert "Locked." in (after.prompt or "")


@pytest.mark.parametrize("shown", [Wait(seconds=3), SendTo(url="https://bank.example/?state=secret")])
def test_a_prompt_is_stored_without_the_url_of_another_site(store: Store, shown: Wait | SendTo) -> None:
    opened(store)

    after = store.apply(journey.ask(store.apply(claim()), NextPrompt(shown, refused=False), proof=MINE, now=NOW))

    assert after.history[-1]["says"] == shown.says
    assert "bank.example" not in (after.prompt or "")


def test_of_many_simultaneous_claims_exactly_one_wins(shared_store: Store) -> None:
    opened(shared_store)

    def contend(update: Update) -> Authorisation | Refusal:
        try:
            return shared_store.apply(update)
        except TransitionRefusedError as refused:
            return refused.reason

    with ThreadPoolExecutor(64) as pool:
        results = list(pool.map(contend, [claim() for _ in range(64)]))

    assert len([result for result in results if isinstance(result, Authorisation)]) == 1
    assert results.count(Refusal.BUSY) == 63


def test_a_poll_of_another_step_or_without_proof_is_refused(store: Store) -> None:
    before = opened(store)
    polled = journey.poll(before, MINE, now=NOW)
    forged = journey.poll(before, {"ticket_hash": "forged"}, now=NOW)
    assert polled is not None
    assert forged is not None
    store.apply(ask(store.apply(claim())))

    assert reason(store, polled) is Refusal.OTHER_STEP
    assert reason(store, forged) is Refusal.NOT_MATCHING


def test_only_the_holder_of_the_claim_counts_an_unheard_answer(store: Store) -> None:
    opened(store)
    claimed = store.apply(claim())
    store.apply(claim(now=NOW + 60))

    assert reason(store, journey.count_unheard(claimed, now=NOW + 60)) is Refusal.NOT_MATCHING


def test_an_unheard_answer_is_counted_once(store: Store) -> None:
    opened(store)
    store.apply(journey.release(store.apply(claim()), now=NOW, unheard="key"))
    claimed = store.apply(claim())

    counted = store.apply(journey.count_unheard(claimed, now=NOW))

    assert (counted.attempts, counted.unheard) == (1, None)
