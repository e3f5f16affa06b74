"""The specification of a session: its invariants hold in every reachable state, and fall without each rule."""

from dataclasses import fields

import pytest

from connector.session import transitions
from connector.session.transitions import Transition
from model.search import ENDS, Search, search
from model.session import INVARIANTS, Assumptions, Rules, World, ended, steps

DELIVERED = "delivered means that Banking Service has it"
DELIVERED_CERTAINLY = "delivered without an uncertain attempt means that Banking Service has it"
REJECTED = "rejected early means that Banking Service does not have it"

FALLS_WITHOUT = {
    "single_use": ({"a session is opened once"}, Assumptions()),
    "decided_once": ({"never two outcomes"}, Assumptions()),
    "success_needs_proof": ({"no success without the customer"}, Assumptions()),
    "outbox_with_outcome": ({ENDS}, Assumptions()),
    "uncertain_from_lease": ({REJECTED}, Assumptions()),
    "conflict_after_uncertain": ({REJECTED}, Assumptions()),
    "conflict_needs_uncertain": ({DELIVERED_CERTAINLY}, Assumptions(closed_only_by_time=False)),
    "conflict_late_is_rejected": ({DELIVERED}, Assumptions()),
    "reject_needs_lease": ({REJECTED}, Assumptions(work_fits_the_lease=False)),
    "leases_end": ({ENDS}, Assumptions()),
    "expiry_is_recorded": ({ENDS}, Assumptions()),
}


def found(rules: Rules, assumptions: Assumptions) -> Search[World]:
    return search(World(), lambda world: steps(world, rules, assumptions))


def fallen(searched: Search[World]) -> set[str]:
    return searched.broken(INVARIANTS, ended)


def test_every_invariant_holds_in_every_state_and_every_state_can_end() -> None:
    assert fallen(found(Rules(), Assumptions())) == set()


def test_a_lease_that_ends_too_early_costs_a_second_patch_and_nothing_else() -> None:
    assert fallen(found(Rules(), Assumptions(work_fits_the_lease=False))) == {"no PATCH after the delivery"}


def test_a_patch_that_arrives_twice_can_be_recorded_as_rejected_although_it_was_accepted() -> None:
    assert fallen(found(Rules(), Assumptions(arrives_once=False))) == {REJECTED}


def test_an_authorisation_that_sage_closes_early_can_be_recorded_as_delivered_after_an_uncertain_attempt_only() -> None:
    assert fallen(found(Rules(), Assumptions(closed_only_by_time=False))) == {DELIVERED}


def test_each_rule_has_an_invariant_that_falls_without_it() -> None:
    assert {rule.name for rule in fields(Rules)} == FALLS_WITHOUT.keys()


@pytest.mark.parametrize("rule", FALLS_WITHOUT)
def test_without_the_rule_its_invariant_falls(rule: str) -> None:
    expected, assumptions = FALLS_WITHOUT[rule]
    assert expected <= fallen(found(Rules(**{rule: False}), assumptions))


def test_the_states_and_transitions_are_those_of_the_product() -> None:
    product = {
        (transition.prior.value, transition.next.value)
        for transition in vars(transitions).values()
        if isinstance(transition, Transition) and transition.prior
    }
    searched = found(Rules(), Assumptions())
    specified = {(before.state, after.state) for before, following in searched.following.items() for after in following}
    assert {pair for pair in product if pair[0] != pair[1]} == {pair for pair in specified if pair[0] != pair[1]}
