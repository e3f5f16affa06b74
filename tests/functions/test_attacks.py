"""Attacks on the deployed functions: each is refused, changes nothing, and is no error of the server."""

import json
import time
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

import pytest
from bs4 import BeautifulSoup
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from joserfc import jws, jwt
from joserfc.jwk import RSAKey

from local.stack.control import Control
from local.stack.simulator_state import Simulator
from tests import sample
from tests.deployment import BASE_URL, Deployment, deployment
from tests.fakes.person import Person

SERVER_ERROR = 500
MANY = settings(
    max_examples=80,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
NAMES = st.sampled_from(
    ["authorisation_id", "ticket", "step", "do", "window", "answer.confirm", "answer.", "view", "state"]
)
VALUES = st.text(max_size=60) | st.sampled_from(
    [
        *(
            "",
            "0",
            "1",
            "-1",
            "²",
            "\uff11",
            "9" * 5000,
            "continue",
            "answer",
            "refresh",
            "cancel",
            "whole",
            "yes",
            "\x00",
        ),
        *(sample.ID, sample.ID.upper(), f"{sample.ID}.1.key", "../../x", "%00", "{{7*7}}", "<script>", "' OR 1=1 --"),
        *(
            "a" * 3000,
            "\x00",
            "\u202e",
            "\r\nSet-Cookie: x=y",
            "javascript:alert(1)",
            "//evil.example",
            "https://evil.example",
        ),
    ]
)
HEADERS = st.dictionaries(
    st.sampled_from(
        [
            "Origin",
            "Cookie",
            "Accept-Language",
            "Sec-Fetch-Mode",
            "Sec-Fetch-Dest",
            "Host",
            "X-Forwarded-Host",
            "Purpose",
        ]
    ),
    st.text(max_size=40)
    | st.sampled_from(["null", "navigate", "document", "de;q=x, *", "evil.example", "=;=;;", ";" * 50]),
    max_size=4,
)


@pytest.fixture
def stack(sage: Simulator, control: Control) -> Iterator[Deployment]:
    control.register_connector(BASE_URL)
    control.patch("/settings", {"notification_delay_seconds": 86_400})
    chosen = {"Authenticator": "steps", "AuthenticatorUrl": sage.bank.url, "NotificationGraceMilliseconds": "0"}
    with deployment(sage, PublicUrl=BASE_URL, **chosen) as deployed:
        yield deployed


def begun(control: Control) -> int:
    """Return how many journeys the bank has begun."""
    return sum(e["to"] == "bank" and e["method"] == "POST" for e in control.exchanges())


def form_of(person: Person, do: str) -> dict[str, str]:
    """Return the hidden fields of the form with this button."""
    button = BeautifulSoup(person.page.body, "html.parser").find("button", attrs={"value": do})
    assert button
    form = button.find_parent("form")
    assert form
    fields = form.find_all("input", type="hidden")
    return {str(field["name"]): str(field["value"]) for field in fields}


def post(stack: Deployment, fields: dict[str, str], headers: dict[str, str] | None = None) -> int:
    return stack.request("completion", "POST", "/completion", headers=headers, body=urlencode(fields)).status


def test_forty_continues_begin_one_journey_at_the_bank(stack: Deployment, sage: Simulator, control: Control) -> None:
    person = Person(stack, sage, "anna")
    fields = form_of(person, "continue")
    control.clear_exchanges()

    for step in range(40):
        assert post(stack, fields | {"do": "continue", "step": str(step % 2)}) < SERVER_ERROR

    assert begun(control) == 1


def test_blank_answers_leave_the_session_as_it_was(stack: Deployment, sage: Simulator) -> None:
    person = Person(stack, sage, "anna")
    person.press("continue")
    fields = form_of(person, "answer")
    before = stack.items()

    for _ in range(60):
        assert post(stack, fields | {"do": "answer", "answer.user": "", "answer.password": ""}) < SERVER_ERROR

    assert stack.items() == before


def test_the_ticket_of_one_session_is_worth_nothing_in_another(stack: Deployment, sage: Simulator) -> None:
    mine, other = Person(stack, sage, "anna"), Person(stack, sage, "ben", account=1)
    theirs = form_of(other, "continue")["authorisation_id"]
    before = stack.items()

    for do in ("continue", "answer", "refresh", "cancel"):
        answer = stack.request(
            "completion",
            "POST",
            "/completion",
            body=urlencode(form_of(mine, "continue") | {"authorisation_id": theirs, "do": do}),
        )
        assert answer.status == 403
        assert other.started["state"] not in answer.body
    assert stack.items() == before


@MANY
@given(
    fields=st.dictionaries(NAMES, VALUES, max_size=9),
    query=st.dictionaries(NAMES, VALUES, max_size=4),
    headers=HEADERS,
    own=st.booleans(),
    way=st.sampled_from([("POST", "/completion"), ("GET", "/completion"), ("GET", "/completion/callback")]),
)
def test_no_form_link_or_callback_of_a_stranger_is_an_error_or_changes_anything(  # noqa: PLR0913, PLR0917 - a request's parts
    stack: Deployment,
    fields: dict[str, str],
    query: dict[str, str],
    headers: dict[str, str],
    own: bool,  # noqa: FBT001 - hypothesis passes it by name
    way: tuple[str, str],
) -> None:
    if not stack.items():
        stack.store.apply(sample.notify(time.time()))
        stack.store.apply(sample.open_session(time.time()))
    before = stack.items()
    named = {"authorisation_id": sample.ID} if own else {}

    answer = stack.request(
        "completion", *way, query=query | named, headers=headers, body=urlencode(fields | named, errors="replace")
    )

    assert 400 <= answer.status < SERVER_ERROR
    assert sample.SAGE_STATE not in answer.body
    assert "Location" not in answer.headers
    assert "evil.example" not in str(answer.headers)
    assert stack.items() == before


@MANY
@given(
    query=st.dictionaries(
        st.sampled_from(["authorisation_id", "redirect_uri", "state", "externalId", "bankaccount"]), VALUES, max_size=5
    ),
    headers=HEADERS,
)
def test_no_link_to_the_first_page_is_an_error_or_leads_elsewhere(
    stack: Deployment, query: dict[str, str], headers: dict[str, str]
) -> None:
    answer = stack.request("authrefresh", "GET", "/authrefresh", query=query, headers=headers)

    assert answer.status in {400, 403}
    assert "evil.example" not in answer.body
    assert "<script>alert" not in answer.body
    assert stack.items() == []


@MANY
@given(
    headers=st.dictionaries(
        st.sampled_from(["X-Api-Key", "Authorization", "Content-Type"]),
        st.text(max_size=60)
        | st.sampled_from(["Bearer ", "Bearer a.b.c", "Bearer eyJhbGciOiJub25lIn0.e30.", "Basic x"]),
    ),
    body=st.text(max_size=200) | st.sampled_from(["[" * 50_000, "{}", "null", '{"type":{}}', "x" * 20_000]),
    key=st.booleans(),
)
def test_no_notification_of_a_stranger_is_an_error_or_stores_anything(
    stack: Deployment,
    sage: Simulator,
    headers: dict[str, str],
    body: str,
    key: bool,  # noqa: FBT001 - hypothesis passes it by name
) -> None:
    known = {"X-Api-Key": str(sage.credentials["notification_header_value"])} if key else {}

    answer = stack.request("notification", "POST", "/notification", headers=headers | known, body=body)

    assert answer.status in {401, 413}
    assert stack.items() == []


@pytest.mark.parametrize("carrier", ["jwk", "jku", "x5u", "x5c"])
def test_a_token_that_brings_its_own_key_is_not_believed(
    stack: Deployment, sage: Simulator, control: Control, carrier: str
) -> None:
    """The key id is Sage's, the signature the attacker's (RFC 8725, section 3.10)."""
    mine = RSAKey.generate_key(2048)
    brought: dict[str, Any] = {
        "jwk": mine.as_dict(private=False),
        "jku": f"{sage.bank.url}/jwks.json",
        "x5u": f"{sage.bank.url}/cert.pem",
        "x5c": ["MIIB"],
    }
    claims = {"iss": sage.sage_id.issuer, "aud": sage.notification.audience, "exp": int(time.time()) + 600}
    header = {"alg": "RS256", "kid": "sage-id-1", carrier: brought[carrier]}
    registry = jws.JWSRegistry(algorithms=["RS256"], strict_check_header=False)
    token = jwt.encode(header, claims, mine, registry=registry)
    control.clear_exchanges()

    answer = stack.request(
        "notification",
        "POST",
        "/notification",
        headers={"X-Api-Key": str(sage.credentials["notification_header_value"]), "Authorization": f"Bearer {token}"},
        body=json.dumps({"type": "resourceCreated", "resource": {"type": "authorisation", "id": sample.ID}}),
    )

    assert answer.status == 401
    assert all(e["to"] == "sage_id" for e in control.exchanges())
    assert stack.items() == []
