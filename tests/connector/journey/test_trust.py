"""Trust in a journey: keys that give nothing away, consent only to a question, one check of an answer at a time."""

import pytest

from connector.authenticators.port import Answers, SendTo
from connector.journey.complete import CLAIM_MARGIN_SECONDS
from connector.journey.dialogue.visit import TicketHolder
from connector.journey.views import Checking, Ended, Prompted
from connector.notification.shared_header import SharedHeader
from connector.pages.submitted_form import SubmittedForm
from connector.sage.credentials import ApiKey, ClientCredentials
from connector.sage.messages import TokenResponse
from connector.sage.tokens import Token
from connector.session.authorisation import State
from connector.session.callback import Callback
from tests import sample
from tests.connector.journey.conftest import Journey
from tests.fakes.authenticator import CODE, PASSWORD, Bank
from tests.fakes.system import PlainConsent


def test_the_key_of_an_answer_depends_on_the_ticket_which_is_in_no_log(bank: Bank) -> None:
    keys = set[str]()
    for ticket in (sample.TICKET, "another ticket"):
        one = Journey(bank)
        one.store.items.clear()
        one.store.apply(sample.notify(one.clock()))
        one.store.apply(sample.open_session(one.clock(), ticket=ticket))
        one.holder = TicketHolder(sample.ID, ticket)
        one.begin()
        one.answer(user="anna", password=PASSWORD)
        keys.add(bank.visits[-1].key)

    assert len(keys) == 2


@pytest.fixture
def consent() -> Journey:
    return Journey(PlainConsent())


def test_consent_is_not_granted_before_its_question_was_shown(consent: Journey) -> None:
    consent.answer(confirm="yes")
    assert consent.session.state is State.OPENED

    assert isinstance(consent.begin(), Prompted)
    assert consent.session.state is State.OPENED
    assert consent.sage.heard == []


@pytest.mark.parametrize("typed", [{}, {"confirm": ""}, {"confirm": "no"}, {"confirm": "true"}, {"other": "yes"}])
def test_consent_is_granted_by_nothing_but_the_confirmation(consent: Journey, typed: dict[str, str]) -> None:
    consent.begin()

    assert isinstance(consent.answer(**typed), Prompted)
    assert (consent.session.state, consent.sage.heard) == (State.OPENED, [])
    assert isinstance(consent.answer(confirm="yes"), Ended)


def test_a_claim_lasts_until_the_result_of_the_slowest_authenticator_is_recorded(journey: Journey, bank: Bank) -> None:
    journey.to_the_code()
    complete = journey.complete
    second = list[object]()

    def slow_answer() -> None:
        if isinstance(bank.calls[-1], Answers) and len(second) == 0:
            journey.clock.now += complete.authenticator_seconds + CLAIM_MARGIN_SECONDS - 1
            step = journey.step
            second.append(journey.answer(code=CODE))
            journey.step = step

    bank.on_call = slow_answer
    calls = len(bank.calls)

    assert isinstance(journey.answer(code=CODE), Ended)
    assert isinstance(second[0], Checking)
    assert len(bank.calls) == calls + 1


def test_no_credential_prints_itself() -> None:
    form = {"authorisation_id": sample.ID, "ticket": "secret-ticket", "do": "answer", "answer.code": "secret-code"}

    shown = [
        ClientCredentials(client_id="secret-id", client_secret="secret-secret"),
        ApiKey(api_key="secret-key"),
        SharedHeader(notification_header_value="secret-value", notification_header_value_previous="secret-previous"),
        TicketHolder(sample.ID, "secret-ticket"),
        Callback(sample.ID, 1, "secret-key", "secret-cookie"),
        SendTo(url="https://bank.example/?state=secret-state"),
        SubmittedForm.read(form),
        Token("secret-token", 0),
        TokenResponse(access_token="secret-token"),
    ]

    assert [value for value in shown if "secret-" in repr(value) or "secret-" in str(value)] == []
