"""An edited `externalId`, on the functions: the customer holds the account that it names; Sage means another one."""

import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

import pytest

from connector.session.authorisation import Outcome
from local.stack.control import Control
from local.stack.simulator_state import Simulator
from tests.deployment import BASE_URL, Deployment, deployment
from tests.fakes.person import Person
from tests.metrics import metrics_in

type Deployed = Callable[..., AbstractContextManager[Deployment]]


@pytest.fixture
def deployed(sage: Simulator, control: Control) -> Deployed:
    control.register_connector(BASE_URL)
    control.patch("/settings", {"notification_delay_seconds": 86_400})

    @contextmanager
    def deploy(mode: str) -> Iterator[Deployment]:
        with deployment(sage, PublicUrl=BASE_URL, Authenticator="consent", AccountCheck=mode) as stack:
            yield stack

    return deploy


def edited(stack: Deployment, sage: Simulator, control: Control) -> Person:
    """Sage asks about the first account; its status changes, as if the URL named an account that does not wait."""
    person = Person(stack, sage, "anna")
    control.put(f"/accounts/{person.started['bankAccountId']}/status", {"status": "active"})
    return person


def finish(stack: Deployment, sage: Simulator, control: Control) -> Person:
    person = edited(stack, sage, control)
    person.press("continue")
    person.press("answer", confirm="yes")
    return person


def test_where_the_deployer_observes_an_account_that_does_not_wait_is_counted(
    deployed: Deployed, sage: Simulator, control: Control, capfd: pytest.CaptureFixture[str]
) -> None:
    with deployed("observe") as stack:
        person = finish(stack, sage, control)

        assert (person.session.outcome, person.session.account_status) == (Outcome.SUCCESS, "active")
    assert metrics_in(capfd.readouterr().out)["AccountNotWaiting"] == 1


def test_where_the_deployer_enforces_an_account_that_does_not_wait_fails_and_the_page_says_why(
    deployed: Deployed, sage: Simulator, control: Control
) -> None:
    with deployed("enforce") as stack:
        person = finish(stack, sage, control)

        assert (person.session.outcome, person.session.reason) == (Outcome.FAILED, "account_not_waiting")
    assert "This account does not need to be reconnected" in person.page.body
    assert person.patched == []


def test_where_it_is_off_sage_gets_no_query(deployed: Deployed, sage: Simulator, control: Control) -> None:
    with deployed("off") as stack:
        finish(stack, sage, control)

    assert not [e for e in control.exchanges() if e["path"].endswith("/accountqueries")]


def test_a_query_that_hangs_costs_the_customer_three_seconds_and_no_success(
    deployed: Deployed, sage: Simulator, control: Control, capfd: pytest.CaptureFixture[str]
) -> None:
    with deployed("enforce") as stack:
        person = Person(stack, sage, "anna")
        person.press("continue")
        hanging = {
            "party": "provider_api",
            "endpoint": "POST *",
            "faults": [{"kind": "delay", "seconds": 10}],
        }
        control.post("/faults", hanging)
        began = time.monotonic()
        person.press("answer", confirm="yes")

        assert time.monotonic() - began < 8
        assert (person.session.outcome, person.session.account_status) == (Outcome.SUCCESS, "unavailable")
        assert metrics_in(capfd.readouterr().out)["AccountCheckUnavailable"] == 1
