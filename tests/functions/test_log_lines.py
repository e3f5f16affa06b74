"""Each decision about a session is one log line with the session, the caller's address and the result."""

import json
from collections.abc import Iterator
from io import StringIO
from typing import Any

import pytest

from local.stack.control import Control
from local.stack.simulator_state import Simulator
from tests import sample
from tests.deployment import ADDRESS, BASE_URL, Deployment, deployment
from tests.fakes.person import Person


@pytest.fixture
def stack(sage: Simulator, control: Control) -> Iterator[Deployment]:
    control.register_connector(BASE_URL)
    control.patch("/settings", {"notification_delay_seconds": 86_400})
    with deployment(sage, PublicUrl=BASE_URL, NotificationGraceMilliseconds="0") as deployed:
        yield deployed


def lines(log: StringIO, message: str) -> list[dict[str, Any]]:
    found = [json.loads(line) for line in log.getvalue().splitlines() if line]
    return [line for line in found if line["message"] == message]


def test_a_journey_is_one_line_for_each_decision(stack: Deployment, sage: Simulator, log: StringIO) -> None:
    person = Person(stack, sage, "anna")
    person.press("continue")
    person.press("answer", confirm="yes")

    session = person.started["authorisation_id"]
    [opened] = lines(log, "authrefresh opened the session")
    begun, decided = lines(log, "completion answered")
    for line in (opened, begun, decided):
        assert (line["authorisation_id"], line["address"]) == (session, ADDRESS)
    assert (begun["did"], begun["view"], begun.get("outcome")) == ("continue", "Prompted", None)
    assert (decided["did"], decided["view"], decided["outcome"]) == ("answer", "Ended", "success")


def test_an_accepted_notification_names_its_session(
    stack: Deployment, sage: Simulator, control: Control, log: StringIO
) -> None:
    proofs = {
        "X-Api-Key": sage.credentials["notification_header_value"],
        "Authorization": f"Bearer {control.post('/sage-id/tokens', {})['token']}",
    }
    body = json.dumps({"type": "resourceCreated", "resource": {"id": sample.ID, "type": "authorisation"}})

    stack.request("notification", "POST", "/notification", headers=proofs, body=body)
    stack.request("notification", "POST", "/notification", headers=proofs, body="{}")
    stack.request("notification", "POST", "/notification", headers={}, body=body)

    [accepted] = lines(log, "notification accepted")
    assert (accepted["authorisation_id"], accepted["address"], accepted["result"]) == (sample.ID, ADDRESS, "started")
    [malformed] = lines(log, "notification malformed")
    [refused] = lines(log, "notification not authenticated")
    assert malformed["address"] == refused["address"] == ADDRESS


@pytest.mark.parametrize("named", [sample.ID, sample.ID.upper()])
def test_a_refused_link_names_the_session_and_the_address(
    stack: Deployment, sage: Simulator, log: StringIO, named: str
) -> None:
    query = {
        "authorisation_id": named,
        "redirect_uri": f"{sage.product.origin}/landing",
        "state": sample.SAGE_STATE,
        "externalId": "account-1",
    }
    assert stack.request("authrefresh", "GET", "/authrefresh", query=query).status == 403

    [line] = lines(log, "authrefresh refused")
    assert (line["authorisation_id"], line["address"], line["reason"]) == (sample.ID, ADDRESS, "unknown")


def test_a_refused_form_names_the_session_and_the_address(stack: Deployment, log: StringIO) -> None:
    body = f"authorisation_id={sample.ID}&ticket={sample.TICKET}&step=0&do=continue"
    headers = {"Origin": BASE_URL, "Content-Type": "application/x-www-form-urlencoded"}
    assert stack.request("completion", "POST", "/completion", headers=headers, body=body).status == 403

    [line] = lines(log, "completion refused")
    assert (line["authorisation_id"], line["address"]) == (sample.ID, ADDRESS)


@pytest.mark.parametrize("named", ["", "x", 'x"\n{"level": "ERROR"}', "a" * 4000])
def test_only_an_id_is_logged_as_a_session(stack: Deployment, log: StringIO, named: str) -> None:
    stack.request("authrefresh", "GET", "/authrefresh", query={"authorisation_id": named})
    stack.request("completion", "GET", "/completion/callback", query={"state": f"{named}.1.secret-key", "code": "c"})

    for line in lines(log, "authrefresh refused") + lines(log, "completion refused"):
        assert line.get("authorisation_id") is None
    assert "secret-key" not in log.getvalue()


def test_the_session_of_one_invocation_is_not_named_by_the_next(stack: Deployment, log: StringIO) -> None:
    stack.request("authrefresh", "GET", "/authrefresh", query={"authorisation_id": sample.ID})
    stack.request("authrefresh", "GET", "/authrefresh", query={})

    assert [line.get("authorisation_id") for line in lines(log, "authrefresh refused")] == [sample.ID, None]
