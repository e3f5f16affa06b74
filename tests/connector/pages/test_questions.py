"""How a form shows what an authenticator asks."""

import pytest
from bs4 import BeautifulSoup, Tag

from connector.authenticators.port import Ask, Field, Kind, Option
from connector.journey.views import Prompted
from connector.pages.journey import shown
from connector.pages.rendering.pages import Pages
from tests.browser.site import settings
from tests.browser.states import SIGN_IN, session

SECRETS = {"user": "kim", "password": "correct horse", "code": "246810"}


def page(*fields: Field, error: str = "", missing: tuple[str, ...] = (), left: int = 5) -> BeautifulSoup:
    prompt = Prompted(session(), Ask(fields=fields, error=error), left, frozenset(missing), SECRETS)
    response = shown(Pages(settings()), prompt, ticket="ticket", base_url="https://connector.example")
    return BeautifulSoup(response.body, "html.parser")


def control(page: BeautifulSoup, name: str) -> Tag:
    found = page.select_one(f"[name='answer.{name}']")
    assert isinstance(found, Tag)
    return found


def texts(page: BeautifulSoup, selector: str) -> list[str]:
    return [" ".join(found.get_text().split()) for found in page.select(selector)]


def test_autocomplete_tokens_say_what_a_field_is_for() -> None:
    form = page(*SIGN_IN, Field(name="code", kind=Kind.CODE))
    assert control(form, "user")["autocomplete"] == "username"
    assert (control(form, "password")["type"], control(form, "password")["autocomplete"]) == (
        "password",
        "current-password",
    )
    assert (control(form, "code")["autocomplete"], control(form, "code")["inputmode"]) == ("one-time-code", "numeric")


def test_an_authenticator_may_name_the_autocomplete_token_itself() -> None:
    assert control(page(Field(name="t", kind=Kind.TEXT, autocomplete="tel")), "t")["autocomplete"] == "tel"
    assert control(page(Field(name="t", kind=Kind.TEXT)), "t")["autocomplete"] == "off"


def test_what_was_typed_is_kept_but_never_a_password_or_a_code() -> None:
    form = page(*SIGN_IN, Field(name="code", kind=Kind.CODE), error="Wrong")
    assert control(form, "user")["value"] == "kim"
    assert "value" not in control(form, "password").attrs
    assert "value" not in control(form, "code").attrs
    assert not any(secret in str(form) for secret in ("correct horse", "246810"))


def test_nothing_keeps_a_customer_from_pasting_or_from_a_code_with_spaces() -> None:
    for field in page(*SIGN_IN, Field(name="code", kind=Kind.CODE)).select("input"):
        assert not {"onpaste", "maxlength", "pattern", "minlength"} & set(field.attrs)


def test_an_error_is_summed_up_first_with_a_link_to_its_field_and_said_beside_it() -> None:
    form = page(Field(name="a", kind=Kind.TEXT, label="Town", hint="Of birth", error="There is no such town"))
    [link] = form.select("[role=alert] a")
    field = form.find(id=str(link["href"]).removeprefix("#"))
    assert isinstance(field, Tag)
    assert field is control(form, "a")
    assert field["aria-invalid"] == "true"
    described = [form.find(id=part) for part in str(field["aria-describedby"]).split()]
    assert [part.get_text().strip() for part in described if part] == ["Of birth", "Error: There is no such town"]
    assert form.title is not None
    assert str(form.title.string).startswith("Error: ")


def test_the_page_does_not_say_which_of_two_credentials_is_wrong() -> None:
    form = page(*SIGN_IN, error="The user name or the password is not right", left=4)
    assert texts(form, "[role=alert] a") == ["The user name or the password is not right"]
    assert form.select("[aria-invalid], .connector-error") == []
    assert "You have 4 tries left." in texts(form, "[role=alert] p")


@pytest.mark.parametrize(
    ("field", "said"),
    [
        (Field(name="f", kind=Kind.TEXT, label="Town"), "Fill in “Town”"),
        (Field(name="f", kind=Kind.PASSWORD), "Enter your password"),
        (Field(name="f", kind=Kind.CODE), "Enter the code"),
        (Field(name="f", kind=Kind.CHOICE, options=(Option("a", "A"),)), "Choose one of the options"),
    ],
)
def test_a_missing_answer_has_a_plain_message_and_costs_no_attempt(field: Field, said: str) -> None:
    form = page(field, missing=("f",))
    assert texts(form, "[role=alert] a") == [said]
    assert "left" not in " ".join(texts(form, "[role=alert] p"))


def test_a_link_to_a_choice_leads_to_its_first_option() -> None:
    form = page(Field(name="f", kind=Kind.CHOICE, options=(Option("a", "A"), Option("b", "B"))), missing=("f",))
    [link] = form.select("[role=alert] a")
    first = form.find(id=str(link["href"]).removeprefix("#"))
    assert isinstance(first, Tag)
    assert (first["type"], first["value"]) == ("radio", "a")


def test_a_confirmation_alone_is_a_button_and_among_others_a_box() -> None:
    confirmation = Field(name="c", kind=Kind.CONFIRMATION, label="I hold this account")
    alone = page(confirmation)
    assert (control(alone, "c")["type"], control(alone, "c")["value"]) == ("hidden", "yes")
    assert texts(alone, "button") == ["Confirm", "Cancel"]
    assert control(page(*SIGN_IN, confirmation), "c")["type"] == "checkbox"


def test_what_an_authenticator_says_is_text_and_never_html() -> None:
    evil = "<script>alert(1)</script>"
    option = Option(value='"><b>', label=evil, hint=evil)
    form = page(Field(name='"><b>', kind=Kind.CHOICE, label=evil, hint=evil, options=(option,)), error=evil)
    assert form.find("b") is None
    assert len(form.find_all("script")) == 1
