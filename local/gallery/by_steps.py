"""The scenes of the steps authenticator. The docstring of a scene is the caption of its picture."""

from collections.abc import Callable

from playwright.sync_api import Page

from local.gallery.visit import Visit
from simulator.bank.customers import PASSWORD

type Scene = Callable[[Visit], Page | None]
"""Brings the stack into a state. Returns the page to show, or None for the page of the visit."""


def start(visit: Visit) -> None:
    """Start."""
    visit.open()


def start_embedded(visit: Visit) -> None:
    """Start, embedded by the product's server."""
    visit.open_in_product("embedded")


def start_framed(visit: Visit) -> None:
    """Start in the product's frame."""
    visit.open_in_product("iframe")


def start_late(visit: Visit) -> None:
    """Start with three minutes left."""
    visit.begin()
    visit.leave_seconds(200)
    visit.page.goto(str(visit.started["authrefresh_url"]))


def start_too_late(visit: Visit) -> None:
    """Start, and let the session expire."""
    visit.begin()
    visit.leave_seconds(4)
    visit.page.goto(str(visit.started["authrefresh_url"]))
    visit.page.locator(".connector-over").wait_for(state="visible")


def sign_in(visit: Visit) -> None:
    """Sign in."""
    visit.open()
    visit.press("continue")


def sign_in_missing(visit: Visit) -> None:
    """Sign in without an answer."""
    visit.sign_in("", "")


def sign_in_wrong(visit: Visit) -> None:
    """Sign in with a wrong password."""
    visit.sign_in("anna", "wrong")


def choice(visit: Visit) -> None:
    """Choose a second factor."""
    visit.sign_in("ben")


def choice_missing(visit: Visit) -> None:
    """Choose nothing."""
    visit.sign_in("ben")
    visit.press("answer")


def code(visit: Visit) -> None:
    """Enter the code."""
    visit.sign_in("ben")
    visit.choose("factor", "code")


def code_wrong(visit: Visit) -> None:
    """Enter a wrong code."""
    code(visit)
    visit.type({"code": "000 000"})


def wait(visit: Visit) -> None:
    """Wait for an approval in the app."""
    visit.sign_in("chloe")


def denied_once(visit: Visit) -> None:
    """Refuse in the app, with another try."""
    visit.sign_in("chloe")
    visit.refuse_on_phone("chloe")
    visit.page.locator("[data-connector-page=denied_once]").wait_for()


def denied(visit: Visit) -> None:
    """Sign in to a locked access."""
    visit.sign_in("david")


def wrong_owner(visit: Visit) -> None:
    """Sign in as the holder of another account."""
    visit.sign_in("eve")


def attempts(visit: Visit) -> None:
    """Use the last attempt."""
    visit.sign_in("anna", "wrong")
    while visit.page.locator("button[value=answer]").count():
        visit.type({"user": "anna", "password": "wrong"})


def interrupted(visit: Visit) -> None:
    """Sign in while the bank fails."""
    visit.sign_in("gina")


def checking(visit: Visit) -> Page:
    """Open another tab while an answer is being checked."""
    visit.running.control.patch("/settings", {"bank_slow_seconds": 6})
    visit.open()
    visit.press("continue")
    visit.page.locator("[name='answer.user']").fill("finn")
    visit.page.locator("[name='answer.password']").fill(PASSWORD)
    return visit.refresh_from_another_tab()


def cancelled(visit: Visit) -> None:
    """Cancel, with a browser that does not follow redirects."""
    visit.open()
    visit.show_redirect_body()
    visit.press("cancel")


def done(visit: Visit) -> None:
    """Succeed, with a browser that does not follow redirects."""
    visit.open()
    visit.press("continue")
    visit.show_redirect_body()
    visit.type({"user": "anna", "password": PASSWORD})


def used(visit: Visit) -> None:
    """Use the link again."""
    visit.open()
    visit.page.goto(str(visit.started["authrefresh_url"]))


def expired(visit: Visit) -> None:
    """Start after the session has expired."""
    visit.begin()
    visit.leave_seconds(0)
    visit.page.goto(str(visit.started["authrefresh_url"]))


def unknown(visit: Visit) -> None:
    """Use an authorisation that was never notified."""
    visit.page.goto(visit.unknown_url())


def bad_request(visit: Visit) -> None:
    """Use a link without parameters."""
    visit.page.goto(f"{visit.running.api_url}/authrefresh")


SCENES: tuple[Scene, ...] = (
    *(start, start_embedded, start_framed, start_late, start_too_late),
    *(sign_in, sign_in_missing, sign_in_wrong, choice, choice_missing, code, code_wrong),
    *(wait, checking, denied_once, denied, wrong_owner, attempts, interrupted),
    *(cancelled, done, used, expired, unknown, bad_request),
)
