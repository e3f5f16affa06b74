"""The forms of the page of messages: break, send, mend, choose, move the clock."""

from flask import Blueprint, redirect, request
from pydantic import ValidationError as PydanticError
from werkzeug.wrappers import Response as AnyResponse

from simulator.rules.refusals import ValidationError
from simulator.workbench.connector_stack import AUTHENTICATORS
from simulator.workbench.workbench import Workbench

LANGUAGES = {"": "Browser", "en": "English", "fr": "Français", "de": "Deutsch", "es": "Español", "pt": "Português"}
DISPLAYS = {"embedded": "Embedded", "iframe": "In a frame", "page": "Own page"}
POLICIES = {"usual": "Usual", "strict": "Strict"}
CHOICES = {"customer_language": LANGUAGES, "display": DISPLAYS, "product_policy": POLICIES}
MINUTES = (5, 14, 21)
REAL_TIME = 0
# `make local` deploys another authenticator within seconds.
DEPLOYMENT_SECONDS = 15


def routes(workbench: Workbench) -> Blueprint:
    """Return the routes."""
    site = Blueprint("choices", __name__)
    service, stack = workbench.service, workbench.stack

    @site.post("/break")
    def break_something() -> AnyResponse:
        workbench.break_by(request.form.get("key", ""))
        return _to_page()

    @site.post("/probe")
    def probe() -> AnyResponse:
        workbench.probe(request.form.get("key", ""))
        return _to_page()

    @site.post("/mend")
    def mend() -> AnyResponse:
        workbench.mend()
        return _to_page()

    @site.post("/clock")
    def move_clock() -> AnyResponse:
        minutes = request.form.get("minutes", type=int)
        if minutes == REAL_TIME:
            service.clock.reset()
        elif minutes in MINUTES:
            service.clock.move(minutes * 60)
        else:
            raise ValidationError(f"minutes: must be one of {(REAL_TIME, *MINUTES)}")
        return _to_page()

    @site.post("/choose")
    def choose() -> AnyResponse:
        authenticator = request.form.get("authenticator")
        if authenticator in AUTHENTICATORS:
            stack.choose(authenticator)
            stack.wait_until_deployed(service.clock.moved_seconds, DEPLOYMENT_SECONDS)
        try:
            service.settings.change({name: request.form[name] for name in CHOICES if name in request.form})
        except PydanticError as error:
            raise ValidationError(str(error)) from error
        return _to_page()

    return site


def _to_page() -> AnyResponse:
    return redirect("./", 303)
