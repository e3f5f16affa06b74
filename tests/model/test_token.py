"""The specification of the shared token: its invariants hold in every reachable state, and fall with each rule."""

from dataclasses import fields

import pytest

from model.search import ENDS, Search, search
from model.token import INVARIANTS, Assumptions, Rules, World, ended, steps

AT_A_TIME = "one request to Sage ID at a time"
WRONG_KEY = "a wrong API key costs one replacement a minute"
AT_ONCE = "an accepted token that is revoked is replaced at once"
KEY_IS_WRONG = Assumptions(key_is_right=False, revocations=0)

FALLS_WITHOUT = {
    "under_lock": (AT_A_TIME, Assumptions(revocations=0)),
    "looks_again": (
        "no request to Sage ID while the store has a token that serves",
        Assumptions(revocations=0),
    ),
    "other_than_refused": ("a refused token is not sent again", Assumptions(revocations=1)),
    "fresh_is_not_replaced": (WRONG_KEY, KEY_IS_WRONG),
    "acceptance_is_shared": (AT_ONCE, Assumptions()),
    "locks_end": (ENDS, Assumptions(revocations=0)),
}


def found(rules: Rules, assumptions: Assumptions) -> Search[World]:
    return search(World(), lambda world: steps(world, rules, assumptions))


def fallen(searched: Search[World]) -> set[str]:
    return searched.broken(INVARIANTS, ended)


@pytest.mark.parametrize("assumptions", [Assumptions(), KEY_IS_WRONG], ids=["right API key", "wrong API key"])
def test_every_invariant_holds_in_every_state_and_every_state_can_end(assumptions: Assumptions) -> None:
    assert fallen(found(Rules(), assumptions)) == set()


def test_a_lock_that_ends_too_early_costs_a_request_to_sage_id_and_nothing_else() -> None:
    assert fallen(found(Rules(), Assumptions(work_fits_the_lock=False, revocations=0))) == {AT_A_TIME}


def test_a_store_that_cannot_be_written_costs_requests_to_sage_id_and_nothing_else() -> None:
    assert fallen(found(Rules(), Assumptions(store_writable=False, revocations=1))) == {WRONG_KEY}


def test_each_rule_has_an_invariant_that_falls_without_it() -> None:
    assert {rule.name for rule in fields(Rules)} == FALLS_WITHOUT.keys()


@pytest.mark.parametrize("rule", FALLS_WITHOUT)
def test_without_the_rule_its_invariant_falls(rule: str) -> None:
    expected, assumptions = FALLS_WITHOUT[rule]
    assert expected in fallen(found(Rules(**{rule: False}), assumptions))
