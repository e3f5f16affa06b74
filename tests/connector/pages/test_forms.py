"""What a form of ours brings back, and what is none of ours."""

import pytest

from connector.authenticators.port import Ask, Field, Kind, Option
from connector.journey.dialogue.typed_answers import LONGEST_ANSWER, missing, normalise, without_secrets
from connector.pages.submitted_form import InvalidFormError, SubmittedForm
from tests import sample

FORM = {"authorisation_id": sample.ID, "ticket": sample.TICKET, "step": "3", "do": "answer", "answer.code": "1"}
ASK = Ask(
    fields=(
        Field(name="user", kind=Kind.TEXT),
        Field(name="password", kind=Kind.PASSWORD),
        Field(name="code", kind=Kind.CODE),
        Field(name="factor", kind=Kind.CHOICE, options=(Option("a", "A"),)),
        Field(name="agree", kind=Kind.CONFIRMATION),
    )
)
GIVEN = {"user": "anna", "password": " p ", "code": "1 2", "factor": "a", "agree": "yes"}


def test_a_form_names_its_session_its_button_and_the_typed_answers() -> None:
    read = SubmittedForm.read(FORM)

    assert (read.holder.authorisation_id, read.holder.ticket) == (sample.ID, sample.TICKET)
    assert (read.do, read.step, read.typed) == ("answer", 3, {"code": "1"})


def test_the_first_pages_form_needs_no_step() -> None:
    assert SubmittedForm.read({**FORM, "do": "continue", "step": "0"}).step == 0


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("authorisation_id", "x"),
        ("authorisation_id", ""),
        ("ticket", ""),
        ("ticket", "x" * 101),
        ("step", "-1"),
        ("step", "²"),
        ("step", "1" * 10),
        ("step", ""),
        ("do", "confirm"),
        ("do", ""),
    ],
)
def test_a_form_that_is_none_of_ours_is_refused(name: str, value: str) -> None:
    with pytest.raises(InvalidFormError):
        SubmittedForm.read({**FORM, name: value})


def test_what_was_typed_does_not_print_itself() -> None:
    read = SubmittedForm.read({**FORM, "answer.password": "secret"})

    assert "secret" not in repr(read)
    assert sample.TICKET not in repr(read)


@pytest.mark.parametrize(
    "typed", ["123456", " 123456 ", "123 456", "12-34-56", "123\u00a0456", "123\u2009456", "123\u2011456", "1\t23456"]
)
def test_a_code_may_be_typed_or_pasted_in_groups(typed: str) -> None:
    assert normalise(ASK, {"code": typed})["code"] == "123456"


def test_passwords_are_passed_on_as_they_are_and_texts_are_trimmed() -> None:
    given = normalise(ASK, {"user": " anna ", "password": " p-a s "})

    assert (given["user"], given["password"]) == ("anna", " p-a s ")


def test_only_the_prompts_fields_are_passed_on_and_long_answers_are_cut() -> None:
    given = normalise(ASK, {"user": "x" * (LONGEST_ANSWER + 1), "admin": "yes"})

    assert len(given["user"]) == LONGEST_ANSWER
    assert set(given) == {field.name for field in ASK.fields}


@pytest.mark.parametrize(
    ("name", "value"), [("user", ""), ("password", ""), ("code", ""), ("factor", "b"), ("agree", "on")]
)
def test_what_cannot_be_right_is_missing(name: str, value: str) -> None:
    assert missing(ASK, normalise(ASK, GIVEN)) == frozenset()
    assert missing(ASK, normalise(ASK, {**GIVEN, name: value})) == {name}


def test_neither_passwords_nor_codes_are_shown_again() -> None:
    assert without_secrets(ASK, normalise(ASK, GIVEN)) == {"user": "anna", "factor": "a", "agree": "yes"}
