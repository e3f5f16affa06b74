"""Each test customer of the simulated bank, by `oidc`; and everything that can be wrong with a callback or id token."""

import time
from collections.abc import Iterator
from io import StringIO
from urllib.parse import parse_qs, parse_qsl, urlencode, urlsplit

import pytest

from connector.session.authorisation import Outcome, State
from local.stack.control import Control
from local.stack.simulator_state import Simulator
from tests.deployment import BASE_URL, Deployment, deployment
from tests.fakes.person import Person

SLOW_SECONDS = 1.5


@pytest.fixture
def stack(sage: Simulator, control: Control) -> Iterator[Deployment]:
    control.register_connector(BASE_URL)
    control.patch("/settings", {"notification_delay_seconds": 86_400, "bank_slow_seconds": SLOW_SECONDS})
    issuer = f"{sage.bank.url}/identity"
    chosen = {"Authenticator": "oidc", "AuthenticatorUrl": issuer, "AuthenticatorTimeoutSeconds": "1"}
    with deployment(sage, PublicUrl=BASE_URL, **chosen) as deployed:
        yield deployed


@pytest.fixture
def person(stack: Deployment, sage: Simulator, request: pytest.FixtureRequest) -> Person:
    return Person(stack, sage, getattr(request, "param", "anna"))


def is_done(person: Person) -> bool:
    return person.is_home() and person.patched == [200] and person.session.outcome is Outcome.SUCCESS


def with_parameter(url: str, **changed: str | None) -> str:
    parameters = dict(parse_qsl(urlsplit(url).query)) | changed
    kept = {name: value for name, value in parameters.items() if value is not None}
    return f"{url.partition('?')[0]}?{urlencode(kept)}"


def test_a_customer_signs_in_at_the_bank_comes_back_and_is_done(person: Person) -> None:
    person.through_the_bank()

    assert is_done(person)
    assert person.status in {"verifyingAuth", "active"}


def test_the_authorisation_request_is_as_the_specifications_say(person: Person) -> None:
    person.press("continue")

    url = person.go_to_the_bank()

    prompt = {name: value for name, [value] in parse_qs(urlsplit(url).query).items()}
    assert prompt["response_type"] == "code"
    assert prompt["scope"] == "openid"
    assert prompt["redirect_uri"] == f"{BASE_URL}/completion/callback"
    assert prompt["code_challenge_method"] == "S256"
    assert len(prompt["code_challenge"]) == len(prompt["nonce"]) == 43
    assert prompt["max_age"] == "300"
    assert prompt["ui_locales"] == "en"


def test_after_the_sign_in_the_customer_confirms_on_a_page_that_names_the_account(person: Person) -> None:
    person.press("continue")

    page = person.come_back(person.sign_in_at_the_bank())

    assert person.session.state is State.OPENED
    assert "…0001" in page.body
    person.press("answer")
    assert is_done(person)


def test_a_link_to_the_sign_in_that_another_person_follows_moves_nothing(person: Person, log: StringIO) -> None:
    """A starts a session and sends B only the identity provider's link (RFC 9700, section 4.7)."""
    person.press("continue")
    url = person.sign_in_at_the_bank()
    history = len(person.session.history)

    person.cookies.clear()
    page = person.come_back(url)

    assert page.status == 403
    assert "started in another browser" in page.body
    assert person.started["redirect_uri"] not in page.body
    assert 'name="ticket"' not in page.body
    assert (person.session.state, len(person.session.history)) == (State.OPENED, history)
    assert "other browser" in log.getvalue()


def test_the_cookie_of_another_browser_is_not_enough(person: Person, stack: Deployment, sage: Simulator) -> None:
    other = Person(stack, sage, "ben", account=1)
    for one in (person, other):
        one.press("continue")
    url = person.sign_in_at_the_bank()
    other.sign_in_at_the_bank()

    person.cookies = {name: next(iter(other.cookies.values())) for name in person.cookies}

    assert person.come_back(url).status == 403


def test_the_cookie_is_only_for_this_host_over_tls_and_no_longer_than_the_session(person: Person) -> None:
    person.press("continue")

    person.go_to_the_bank()

    name, _, attributes = person.page.headers["Set-Cookie"].partition("=")
    assert name == f"__Host-reauthorisation-{person.session.authorisation_id}"
    parts = attributes.split("; ")
    assert {"Path=/", "Secure", "HttpOnly", "SameSite=Lax"} <= set(parts)
    [seconds] = [int(part.removeprefix("Max-Age=")) for part in parts if part.startswith("Max-Age=")]
    assert 0 < seconds <= 20 * 60


@pytest.mark.parametrize("kept", ["state", "iss"])
def test_a_callback_without_code_or_error_is_refused_before_anything_is_claimed(person: Person, kept: str) -> None:
    person.press("continue")
    url = person.sign_in_at_the_bank()
    history = len(person.session.history)

    page = person.come_back(with_parameter(url, code=None, **({"iss": None} if kept == "state" else {})))

    assert page.status == 400
    assert 'name="ticket"' not in page.body
    assert len(person.session.history) == history


def test_in_the_whole_window_continue_leads_straight_to_the_bank(person: Person) -> None:
    person.headers["Sec-Fetch-Dest"] = "document"

    page = person.press("continue")

    assert page.status == 303
    assert "/authorize?" in page.headers["Location"]


def test_in_a_frame_the_page_opens_the_bank_in_the_whole_window(person: Person) -> None:
    person.headers["Sec-Fetch-Dest"] = "iframe"

    page = person.press("continue")

    assert page.status == 200
    assert 'target="_top"' in page.body
    assert "Set-Cookie" not in page.headers


@pytest.mark.parametrize("person", ["eve"], indirect=True)
def test_the_holder_of_another_account_is_denied_and_no_patch_says_success(person: Person) -> None:
    person.through_the_bank()

    assert person.page.status == 200
    assert person.session.reason == "wrong_owner"
    assert person.patched == []
    assert person.status == "authRequired"


def test_who_cancels_at_the_bank_has_cancelled(person: Person) -> None:
    person.press("continue")

    person.come_back(person.sign_in_at_the_bank("cancel"))

    assert person.session.outcome is Outcome.CANCELLED
    assert person.patched == []


@pytest.mark.parametrize("person", ["finn", "gina"], indirect=True)
def test_a_bank_that_is_slow_or_fails_offers_to_try_again_and_then_lets_the_customer_through(person: Person) -> None:
    person.through_the_bank()
    assert person.page.status == 503
    assert person.session.attempts == 0

    person.through_the_bank()

    assert is_done(person)


def test_a_customer_who_goes_back_may_go_to_the_bank_again_and_the_first_callback_is_void(
    person: Person,
) -> None:
    start = person.page
    person.press("continue")
    first = person.sign_in_at_the_bank()
    person.press("continue", on=start)
    assert "/authorize?" not in person.page.body

    person.press("continue")
    second = person.sign_in_at_the_bank()

    assert person.come_back(first).status == 403
    assert person.session.state is State.OPENED
    person.come_back(second)
    person.press("answer")
    assert is_done(person)


def test_a_replayed_callback_shows_the_outcome_and_sends_sage_no_second_patch(person: Person) -> None:
    person.press("continue")
    url = person.sign_in_at_the_bank()
    person.come_back(url)
    person.press("answer")

    person.come_back(url)

    assert is_done(person)


def test_a_callback_that_failed_once_is_refused(person: Person, control: Control) -> None:
    control.put("/bank/id-tokens", {"claims": {"nonce": "another"}})
    person.press("continue")
    url = person.sign_in_at_the_bank()
    person.come_back(url)
    assert person.session.attempts == 1
    prompt = len(control.exchanges())

    person.come_back(url)

    assert person.offers("continue")
    assert person.session.attempts == 1
    assert len(control.exchanges()) == prompt


def test_anothers_code_under_ones_own_state_proves_nothing(person: Person, stack: Deployment, sage: Simulator) -> None:
    other = Person(stack, sage, "eve", account=1)
    for one in (person, other):
        one.press("continue")
    mine, theirs = person.sign_in_at_the_bank(), other.sign_in_at_the_bank()
    code = dict(parse_qsl(urlsplit(mine).query))["code"]

    other.come_back(with_parameter(theirs, code=code))

    assert other.offers("continue")
    assert other.session.state is State.OPENED
    assert other.patched == []


def test_a_state_that_is_put_together_from_two_sessions_opens_neither(
    person: Person, stack: Deployment, sage: Simulator
) -> None:
    other = Person(stack, sage, "ben", account=1)
    for one in (person, other):
        one.press("continue")
    mine, theirs = person.sign_in_at_the_bank(), other.sign_in_at_the_bank()
    states = [dict(parse_qsl(urlsplit(url).query))["state"].split(".") for url in (mine, theirs)]

    page = person.come_back(with_parameter(mine, state=".".join([states[0][0], states[0][1], states[1][2]])))

    assert page.status == 403
    assert person.session.state is other.session.state is State.OPENED


@pytest.mark.parametrize("state", [None, "", "x", "a.b.c", "a7d66d27-e9ab-40b4-850a-447a541ca263.1.x", "é" * 9])
def test_a_callback_without_a_state_of_ours_is_refused_with_a_page(person: Person, state: str | None) -> None:
    person.press("continue")

    page = person.come_back(with_parameter(person.sign_in_at_the_bank(), state=state))

    assert page.status == 403
    assert person.session.state is State.OPENED


@pytest.mark.parametrize(
    ("spoilt", "reason"),
    [
        ({"claims": {"nonce": "another"}}, "InvalidClaimError of nonce"),
        ({"claims": {"nonce": None}}, "MissingClaimError of nonce"),
        ({"claims": {"aud": "another-client"}}, "InvalidClaimError of aud"),
        ({"claims": {"aud": None}}, "MissingClaimError of aud"),
        ({"claims": {"azp": "another-client"}}, "InvalidClaimError of azp"),
        ({"claims": {"iss": "https://another.example"}}, "InvalidClaimError of iss"),
        pytest.param({"claims": {"exp": int(time.time()) - 3600}}, "ExpiredTokenError", id="expired"),
        pytest.param(
            {"claims": {"auth_time": int(time.time()) - 3600}}, "signed in too long ago", id="signed in long ago"
        ),
        ({"claims": {"auth_time": None}}, "MissingClaimError of auth_time"),
        ({"claims": {"at_hash": "another"}}, "InvalidClaimError of at_hash"),
        ({"forgery": "none"}, "id token"),
        ({"forgery": "HS256"}, "id token"),
        ({"forgery": "unknown-key"}, "id token"),
        ({"forgery": "stolen-key-id"}, "BadSignatureError"),
    ],
    ids=str,
)
def test_an_id_token_that_does_not_hold_proves_nothing_and_costs_one_attempt(
    person: Person, control: Control, log: StringIO, spoilt: dict[str, object], reason: str
) -> None:
    control.put("/bank/id-tokens", spoilt)

    person.through_the_bank()

    assert person.page.status == 200
    assert person.offers("continue")
    assert (person.session.state, person.session.attempts) == (State.OPENED, 1)
    assert reason in log.getvalue()
    control.put("/bank/id-tokens", {})
    person.through_the_bank()
    assert is_done(person)


@pytest.mark.parametrize(
    ("accounts", "outcome"),
    [("acc-10001", Outcome.SUCCESS), (["x", "acc-10001"], Outcome.SUCCESS), ("acc-1000", Outcome.FAILED),
     ([], Outcome.FAILED), (None, Outcome.FAILED), ({"acc-10001": 1}, Outcome.FAILED)],
    ids=str,
)  # fmt: skip
def test_the_claim_may_be_a_string_or_a_list_and_must_contain_the_account(
    person: Person, control: Control, accounts: object, outcome: Outcome
) -> None:
    control.put("/bank/id-tokens", {"claims": {"accounts": accounts}})

    person.through_the_bank()

    assert person.session.outcome is outcome


def test_keys_may_be_rotated_between_two_customers(
    person: Person, stack: Deployment, sage: Simulator, control: Control
) -> None:
    person.through_the_bank()
    control.post("/bank/keys", {"keep_previous": False})

    other = Person(stack, sage, "ben", account=1)
    other.through_the_bank()

    assert is_done(other)


def test_another_issuers_answer_is_refused(person: Person) -> None:
    person.press("continue")

    person.come_back(with_parameter(person.sign_in_at_the_bank(), iss="https://another.example"))

    assert person.offers("continue")
    assert person.session.attempts == 1


@pytest.mark.parametrize(
    ("error", "status"), [("server_error", 503), ("temporarily_unavailable", 503), ("invalid_request", 200)]
)
def test_an_error_of_the_identity_provider_lets_the_customer_try_again(person: Person, error: str, status: int) -> None:
    person.press("continue")

    page = person.come_back(with_parameter(person.sign_in_at_the_bank(), code=None, error=error))

    assert page.status == status
    assert person.offers("continue")


@pytest.mark.parametrize(
    "endpoint", ["GET */openid-configuration", "POST */token", "GET */jwks.json"], ids=["discovery", "token", "keys"]
)
@pytest.mark.parametrize(
    "fault",
    [
        {"kind": "status", "status": 500},
        {"kind": "delay", "seconds": SLOW_SECONDS},
        {"kind": "drop_before"},
        {"kind": "malformed"},
    ],
    ids=lambda fault: f"{fault['kind']}-{fault.get('status', '')}",
)
def test_whatever_the_identity_provider_does_wrong_the_customer_tries_again_and_gets_through(
    person: Person, control: Control, endpoint: str, fault: dict[str, object]
) -> None:
    control.post("/faults", {"party": "bank", "endpoint": endpoint, "faults": [fault]})
    person.press("continue")
    if "openid" not in endpoint:
        person.come_back(person.sign_in_at_the_bank())
    assert person.page.status == 503
    assert person.session.attempts == 0

    person.through_the_bank()

    assert is_done(person)
