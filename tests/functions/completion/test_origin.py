"""The sites whose pages may send a form of the journey (`Origin`)."""

from collections.abc import Iterator

import pytest

from connector.session.authorisation import Outcome, State
from local.stack.control import Control
from local.stack.simulator_state import Simulator
from tests.deployment import BASE_URL, Deployment, deployment
from tests.fakes.person import Person

SAGE = "https://accounting.sage.com"


@pytest.fixture
def stack(sage: Simulator, control: Control) -> Iterator[Deployment]:
    control.register_connector(BASE_URL)
    control.patch("/settings", {"notification_delay_seconds": 86_400})
    with deployment(sage, PublicUrl=BASE_URL, FrameAncestors=SAGE) as deployed:
        yield deployed


@pytest.fixture
def person(stack: Deployment, sage: Simulator) -> Person:
    return Person(stack, sage, "anna")


@pytest.mark.parametrize(
    "origin",
    ["https://evil.example", "null", "", f"{SAGE}.evil.example", "http://connector.example", "connector.example"],
)
@pytest.mark.parametrize("do", ["continue", "cancel"])
def test_a_form_of_another_site_is_refused_and_moves_nothing(person: Person, origin: str, do: str) -> None:
    person.headers["Origin"] = origin
    history = len(person.session.history)

    page = person.press(do)

    assert page.status == 403
    assert 'name="ticket"' not in page.body
    assert (person.session.state, len(person.session.history)) == (State.OPENED, history)


@pytest.mark.parametrize("origin", [SAGE, BASE_URL, None])
def test_the_first_page_may_be_part_of_a_page_that_may_embed_it(person: Person, origin: str | None) -> None:
    person.headers |= {"Origin": origin} if origin else {}

    assert person.press("continue").status == 200


def test_a_later_page_is_our_own_only(person: Person) -> None:
    person.press("continue")
    person.headers["Origin"] = SAGE
    assert person.press("answer").status == 403

    person.page = person.pages[-2]
    person.headers["Origin"] = BASE_URL
    person.press("answer")

    assert person.session.outcome is Outcome.SUCCESS


def test_our_pages_say_their_origin_to_us_and_nothing_to_others(person: Person) -> None:
    assert {page.headers["Referrer-Policy"] for page in (person.page, person.press("continue"))} == {"same-origin"}
