"""Each test customer of the simulated bank, by `steps`: the functions, moto's AWS, the bank on real sockets."""

from collections.abc import Iterator

import pytest

from connector.session.authorisation import Outcome
from local.stack.control import Control
from local.stack.simulator_state import Simulator
from tests.deployment import BASE_URL, Deployment, deployment
from tests.fakes.person import Person
from tests.metrics import metrics_in

SLOW_SECONDS = 1.5


@pytest.fixture
def stack(sage: Simulator, control: Control) -> Iterator[Deployment]:
    control.register_connector(BASE_URL)
    control.patch("/settings", {"notification_delay_seconds": 86_400, "bank_slow_seconds": SLOW_SECONDS})
    chosen = {"Authenticator": "steps", "AuthenticatorUrl": sage.bank.url, "AuthenticatorTimeoutSeconds": "1"}
    with deployment(sage, PublicUrl=BASE_URL, **chosen) as deployed:
        yield deployed


@pytest.fixture
def limited_stack(sage: Simulator, control: Control) -> Iterator[Deployment]:
    control.register_connector(BASE_URL)
    control.patch("/settings", {"notification_delay_seconds": 86_400})
    chosen = {"Authenticator": "steps", "AuthenticatorUrl": sage.bank.url, "MaxBeginsPerAccountHour": "2"}
    with deployment(sage, PublicUrl=BASE_URL, **chosen) as deployed:
        yield deployed


@pytest.fixture
def person(stack: Deployment, sage: Simulator, request: pytest.FixtureRequest) -> Person:
    return Person(stack, sage, request.param)


def is_done(person: Person) -> bool:
    return person.is_home() and person.patched == [200] and person.session.outcome is Outcome.SUCCESS


@pytest.mark.parametrize("person", ["anna"], indirect=True)
def test_a_password_is_enough_for_who_needs_no_more(person: Person) -> None:
    person.press("continue")
    assert person.prompted_fields() == ["user", "password"]

    person.sign_in()

    assert is_done(person)
    assert person.status in {"verifyingAuth", "active"}


@pytest.mark.parametrize("person", ["ben"], indirect=True)
def test_a_password_then_a_choice_then_a_code(person: Person) -> None:
    person.press("continue")
    person.sign_in()
    assert person.prompted_fields() == ["factor"]
    person.press("answer", factor="code")
    assert person.prompted_fields() == ["code"]

    code = person.code()
    person.press("answer", code=f"{code[:3]} {code[3:]}")

    assert is_done(person)


def test_an_account_begins_so_often_within_an_hour_in_all_its_journeys_together(
    limited_stack: Deployment, sage: Simulator, control: Control, capfd: pytest.CaptureFixture[str]
) -> None:
    person = Person(limited_stack, sage, "anna")
    for _ in range(2):
        person.press("continue")
        assert person.prompted_fields() == ["user", "password"]
        person = Person(limited_stack, sage, "anna")
    control.clear_exchanges()

    person.press("continue")

    assert person.page.status == 429
    assert "Please try again later" in person.page.body
    assert control.exchanges() == []
    assert metrics_in(capfd.readouterr().out)["BeginRefused"] == 1


@pytest.mark.parametrize("person", ["ben"], indirect=True)
def test_a_wrong_code_shows_the_prompt_again_in_the_customers_language(person: Person) -> None:
    person.press("continue")
    person.sign_in()
    person.press("answer", factor="code")

    page = person.press("answer", code="000 000" if person.code() != "000000" else "111 111")

    assert person.prompted_fields() == ["code"]
    assert "The code is not right" in page.body
    person.press("answer", code=person.code())
    assert is_done(person)


@pytest.mark.parametrize("person", ["chloe"], indirect=True)
def test_an_approval_in_the_app_is_waited_for(person: Person) -> None:
    person.press("continue")
    person.sign_in()
    assert person.offers("refresh")
    person.press("refresh")
    assert person.offers("refresh")

    person.on_the_phone("approve")
    person.press("refresh")

    assert is_done(person)


@pytest.mark.parametrize("person", ["chloe"], indirect=True)
def test_who_refuses_in_the_app_may_begin_again(person: Person) -> None:
    person.press("continue")
    person.sign_in()
    person.on_the_phone("refuse")
    page = person.press("refresh")
    assert "You refused in the app." in page.body

    person.press("continue")

    assert person.prompted_fields() == ["user", "password"]
    person.sign_in()
    person.on_the_phone("approve")
    person.press("refresh")
    assert is_done(person)


@pytest.mark.parametrize("person", ["david"], indirect=True)
def test_a_locked_customer_sees_the_reason_and_goes_back_without_success(person: Person) -> None:
    person.press("continue")

    page = person.sign_in()

    assert "Your access is locked" in page.body
    assert person.session.outcome is Outcome.FAILED
    assert person.patched == []


@pytest.mark.parametrize("person", ["eve"], indirect=True)
def test_the_holder_of_another_account_is_denied_and_no_patch_says_success(person: Person) -> None:
    person.press("continue")

    person.sign_in()

    assert person.page.status == 200
    assert person.session.outcome is Outcome.FAILED
    assert person.session.reason == "wrong_owner"
    assert person.patched == []
    assert person.status == "authRequired"


@pytest.mark.parametrize("person", ["finn", "gina"], indirect=True)
def test_a_bank_that_is_slow_or_fails_offers_to_try_again_and_then_lets_the_customer_through(person: Person) -> None:
    person.press("continue")

    page = person.sign_in()

    assert page.status == 503
    assert person.session.attempts == 0
    person.press("refresh")
    assert person.prompted_fields() == ["user", "password"]
    person.sign_in()
    assert is_done(person)


@pytest.mark.parametrize("person", ["anna"], indirect=True)
def test_after_five_wrong_passwords_the_journey_is_over(person: Person) -> None:
    person.press("continue")
    for _ in range(4):
        person.sign_in("wrong")
        assert person.prompted_fields() == ["user", "password"]

    person.sign_in("wrong")

    assert person.session.outcome is Outcome.FAILED
    assert person.session.reason == "attempts"
    assert person.patched == []


@pytest.mark.parametrize("person", ["anna"], indirect=True)
def test_refusals_whose_answers_are_lost_give_no_free_guesses(person: Person, control: Control) -> None:
    endpoint = "POST /v1/journeys/*/answers"
    person.press("continue")
    before = len(control.exchanges())
    for guess in range(8):
        control.post("/faults", {"party": "bank", "endpoint": endpoint, "faults": [{"kind": "drop_after"}]})
        person.sign_in(f"guess {guess}")
        if person.session.outcome is not None:
            break
        person.press("refresh")

    # Only this journey's: a slow answer of the test before may end meanwhile.
    answers = f"/v1/journeys/{person.session.memory}/answers"
    judged = [found for found in control.exchanges()[before:] if found["path"] == answers]
    assert len(judged) == 5
    assert (person.session.outcome, person.session.reason) == (Outcome.FAILED, "attempts")


@pytest.mark.parametrize("person", ["ben"], indirect=True)
def test_a_customer_who_cancels_goes_home_and_the_backend_forgets_the_journey(person: Person, control: Control) -> None:
    person.press("continue")
    person.sign_in()

    person.press("cancel")

    assert person.session.outcome is Outcome.CANCELLED
    assert person.patched == []
    last = [found for found in control.exchanges() if found["to"] == "bank"][-1]
    assert (last["method"], last["status"]) == ("DELETE", 204)


@pytest.mark.parametrize("person", ["ben"], indirect=True)
def test_back_and_submit_again_shows_the_current_step_and_the_backend_gets_one_answer(
    person: Person, control: Control
) -> None:
    sign_in = person.press("continue")
    person.sign_in()
    prompt = len(control.exchanges())

    person.press("answer", on=sign_in, user="ben", password="wrong")
    assert person.prompted_fields() == ["factor"]
    person.press("continue", on=person.pages[0])

    assert person.prompted_fields() == ["factor"]
    assert person.session.attempts == 0
    assert len(control.exchanges()) == prompt


@pytest.mark.parametrize("person", ["anna"], indirect=True)
@pytest.mark.parametrize(
    "fault",
    [
        {"kind": "status", "status": 401},
        {"kind": "status", "status": 500},
        {"kind": "status_after", "status": 502},
        {"kind": "status", "status": 302},
        {"kind": "delay", "seconds": SLOW_SECONDS},
        {"kind": "drop_before"},
        {"kind": "drop_after"},
        {"kind": "malformed"},
        {"kind": "truncated"},
    ],
    ids=lambda fault: f"{fault['kind']}-{fault.get('status', '')}",
)
@pytest.mark.parametrize("endpoint", ["POST /v1/journeys", "POST /v1/journeys/*/answers"])
def test_whatever_the_backend_does_wrong_the_customer_tries_again_and_gets_through(
    person: Person, control: Control, fault: dict[str, object], endpoint: str
) -> None:
    control.post("/faults", {"party": "bank", "endpoint": endpoint, "faults": [fault]})
    person.press("continue")
    if endpoint.endswith("answers"):
        person.sign_in()
    assert person.page.status == 503

    again = "refresh" if endpoint.endswith("answers") else "continue"
    person.press(again)

    assert person.prompted_fields() == ["user", "password"]
    person.sign_in()
    assert is_done(person)
    assert person.session.attempts == 0


@pytest.mark.parametrize("person", ["anna"], indirect=True)
def test_a_journey_that_the_backend_has_lost_begins_again(person: Person, control: Control) -> None:
    person.press("continue")
    endpoint = "POST /v1/journeys/*/answers"
    control.post("/faults", {"party": "bank", "endpoint": endpoint, "faults": [{"kind": "status", "status": 404}]})

    person.sign_in()
    person.press("continue")
    person.sign_in()

    assert is_done(person)
