"""What a developer chooses on the simulator's page reaches the deployed stack while it runs."""

import time
from typing import Any

import requests

from local.demo.customer import Customer
from local.stack.bring_up import RunningStack
from local.stack.follower import Follower


def report(running: RunningStack, authorisation_id: str) -> dict[str, Any]:
    """Return the state that the page shows, of this authorisation."""
    state: dict[str, Any] = running.control.get("/state")
    assert state["authorisation_id"] == authorisation_id
    return state


def form(running: RunningStack, path: str, **fields: str) -> None:
    """Send a form as the page does, and do not wait for the answer."""
    origin = running.simulator.control.origin
    try:
        requests.post(f"{running.control.url}/{path}", fields, headers={"Origin": origin}, timeout=0.3)
    except requests.ReadTimeout:
        return


def test_a_session_is_reported_and_expires_when_the_clock_is_moved(another_stack: RunningStack) -> None:
    follower = Follower(another_stack)
    follower.follow()
    account = another_stack.control.post("/accounts", {"externalId": "f-1", "status": "authRequired"})
    started = another_stack.control.post("/start", {"bankAccountId": account["bankAccountId"]})
    for _ in range(2):  # The first answer names the authorisation, the second report contains its session.
        follower.follow()
    assert report(another_stack, started["authorisation_id"])["session"]["state"] == "notified"

    form(another_stack, "clock", minutes="21")
    for _ in range(2):
        follower.follow()
    state = report(another_stack, started["authorisation_id"])
    assert (state["progress"], state["moved_seconds"]) == ("expired", 21 * 60)
    assert state["session"]["expires_at"] <= time.time()
    customer = Customer()
    customer.open(started["authrefresh_url"])
    assert "The time has run out" in customer.text
    form(another_stack, "clock", minutes="0")


def test_another_authenticator_serves_the_next_customer(another_stack: RunningStack) -> None:
    follower = Follower(another_stack)
    follower.follow()
    before = another_stack.control.get("/state")["authenticator"]
    try:
        form(another_stack, "choose", authenticator="steps")
        for _ in range(2):
            follower.follow()
        assert another_stack.control.get("/state")["authenticator"] == "steps"
        account = another_stack.control.post("/accounts", {"externalId": "f-2", "status": "authRequired"})
        customer = Customer()
        started = another_stack.control.post("/start", {"bankAccountId": account["bankAccountId"]})
        customer.open(started["authrefresh_url"])
        customer.press("Continue")
        assert "Password" in customer.text
    finally:
        form(another_stack, "choose", authenticator=before)
        for _ in range(2):
            follower.follow()
    assert another_stack.control.get("/state")["authenticator"] == before
