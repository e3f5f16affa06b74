"""Each test customer of the simulated bank, by `oidc`; and everything that can be wrong with a callback or id token."""

import time
from collections.abc import Iterator
from io import StringIO
from urllib.parse import parse_qs, parse_qsl, urlencode, urlsplit

import pytest
from bs4 import BeautifulSoup

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


def through_the_bank(person: Person) -> None:
    person.press("continue")
    person.come_back(person.sign_in_at_the_bank())


def with_parameter(url: str, **changed: str | None) -> str:
    parameters = dict(parse_qsl(urlsplit(url).query)) | changed
    kept = {name: value for name, value in parameters.items() if value is not None}
    return f"{url.partition('?')[0]}?{urlencode(kept)}"


def test_a_customer_signs_in_at_the_bank_comes_back_and_is_done(person: Person) -> None:
    through_the_bank(person)

    assert is_done(person)
    assert person.status in {"verifyingAuth", "active"}


def test_the_authorisation_request_is_as_the_specifications_say(person: Person) -> None:
    page = person.press("continue")

    link = BeautifulSoup(page.body, "html.parser").find("a", href=lambda href: href and "/authorize?" in href)
    assert link is not None
    prompt = {name: value for name, [value] in parse_qs(urlsplit(str(link["href"])).query).items()}
    assert prompt["response_type"] == "code"
    assert prompt["scope"] == "openid"
    assert prompt["redirect_uri"] == f"{BASE_URL}/completion/callback"
    assert prompt["code_challenge_method"] == "S256"
    assert len(prompt["code_challenge"]) == len(prompt["nonce"]) == 43
    assert prompt["max_age"] == "300"
    assert prompt["ui_locales"] == "en"


@pytest.mark.parametrize("person", ["eve"], indirect=True)
def test_the_holder_of_another_account_is_denied_and_no_patch_says_success(person: Person) -> None:
    through_the_bank(person)

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
    through_the_bank(person)
    assert person.page.status == 503
    assert person.session.attempts == 0

    person.press("continue")
    person.come_back(person.sign_in_at_the_bank())

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
    assert is_done(person)


def test_a_callback_that_is_replayed_shows_the_outcome_and_tells_sage_nothing_more(person: Person) -> None:
    person.press("continue")
    url = person.sign_in_at_the_bank()
    person.come_back(url)

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

    through_the_bank(person)

    assert person.page.status == 200
    assert person.offers("continue")
    assert (person.session.state, person.session.attempts) == (State.OPENED, 1)
    assert reason in log.getvalue()
    control.put("/bank/id-tokens", {})
    person.press("continue")
    person.come_back(person.sign_in_at_the_bank())
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

    through_the_bank(person)

    assert person.session.outcome is outcome


def test_keys_may_be_rotated_between_two_customers(
    person: Person, stack: Deployment, sage: Simulator, control: Control
) -> None:
    through_the_bank(person)
    control.post("/bank/keys", {"keep_previous": False})

    other = Person(stack, sage, "ben", account=1)
    through_the_bank(other)

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

    person.press("continue")
    person.come_back(person.sign_in_at_the_bank())

    assert is_done(person)
