"""The small soak: dozens of re-authorisations while everything fails. `make soak` is the big one."""

import pytest

from local.machine.workspace import Workspace
from local.stack.bring_up import RunningStack
from tests.soak.run import Plan, soak

SECONDS = 600
"""More than the customers, and the function that delivers what is left, need on a busy machine."""
PLAN = Plan(seed=7, customers=6, journeys=36, seconds=30, kill_every=8, outage_every=15, starts_every=0.5)


@pytest.mark.timeout(SECONDS)
def test_nothing_is_lost_or_doubled_while_everything_fails(stack: RunningStack, workspace: Workspace) -> None:
    soaked = soak(stack, workspace, PLAN)
    audit = soaked.audit
    assert audit.findings == [], soaked.table
    assert sum(journey.saw_result for journey in soaked.journeys) >= 6, soaked.table
    assert soaked.faults.total() >= 6, soaked.table
