"""The requirements of GET /authrefresh: access, single use, redirects, and the form of the response."""

import time
from http import HTTPStatus
from uuid import uuid4

from cli.check.findings import Check, NotTestableError, RequirementBrokenError, expect
from cli.check.target import Target

FORBIDDEN_REDIRECTS = (
    "https://attacker.example/",
    "http://money.sage.com/",
    "https://sage.com.attacker.example/",
    "https://attacker.example/?https://money.sage.com/",
    "https://money.sage.com@attacker.example/",
    "javascript:alert(1)",
    "//attacker.example/",
)
MARKUP = '"><script>connectorCheck()</script>'


def _unknown_is_refused(target: Target) -> None:
    expect(target.open_page(str(uuid4())), 403)


def _single_use(target: Target) -> None:
    session = target.start_session()
    expect(target.open_page(session), 200)
    expect(target.open_page(session), 410)


def _missing_parameter_is_refused(target: Target) -> None:
    session = target.start_session()
    for name in ("authorisation_id", "redirect_uri", "state", "externalId"):
        response = target.open_page(session, {name: None})
        if response.status_code != HTTPStatus.BAD_REQUEST:
            raise RequirementBrokenError(f"the status without {name} is {response.status_code}")
    expect(target.open_page(session), 200)


def _forbidden_redirect_is_refused(target: Target) -> None:
    session = target.start_session()
    for uri in FORBIDDEN_REDIRECTS:
        response = target.open_page(session, {"redirect_uri": uri})
        if response.status_code != HTTPStatus.BAD_REQUEST:
            raise RequirementBrokenError(f"the status with redirect_uri {uri} is {response.status_code}")
        if "Location" in response.headers or uri in response.text:
            raise RequirementBrokenError(f"redirect_uri {uri} is refused, and the response contains it")
    if target.open_page(session).status_code != HTTPStatus.OK:
        raise RequirementBrokenError("a refused redirect_uri uses the authorisation")


def _is_html(target: Target) -> None:
    for response in (target.open_page(target.start_session()), target.open_page(str(uuid4())), target.open_page("x")):
        content_type = response.headers.get("Content-Type", "none")
        if not content_type.startswith("text/html"):
            raise RequirementBrokenError(f"the Content-Type of the {response.status_code} is {content_type}")


def _fragment_or_document(target: Target) -> None:
    embedded = target.open_page(target.start_session())
    navigated = target.open_page(target.start_session(), navigates=True)
    if "<html" in embedded.text.lower():
        raise RequirementBrokenError("a server that embeds the page gets a document instead of a fragment")
    if not navigated.text.lstrip().lower().startswith("<!doctype html>"):
        raise RequirementBrokenError("a browser that navigates to the page gets no document")


def _escapes(target: Target) -> None:
    for name in ("state", "externalId"):
        if MARKUP in target.open_page(target.start_session(), {name: MARKUP}).text:
            raise RequirementBrokenError(f"{name} is not escaped: an attacker's script would run")


def _no_cookies(target: Target) -> None:
    if "Set-Cookie" in target.open_page(target.start_session(), navigates=True).headers:
        raise RequirementBrokenError("the response sets a cookie, which browsers block in an embedded page")


def _expires(target: Target) -> None:
    if target.session_seconds is None:
        raise NotTestableError("use --expiry MINUTES to wait for the end of a session")
    session = target.start_session()
    time.sleep(target.session_seconds)
    expect(target.open_page(session), 410)


CHECKS = (
    Check("access", "an id that was never notified is 403", _unknown_is_refused),
    Check("access", "an authorisation is opened once, then 410", _single_use),
    Check("access", "an expired authorisation is 410", _expires),
    Check("access", "a missing parameter is 400 and does not use the authorisation", _missing_parameter_is_refused),
    Check("redirect", "a forbidden redirect_uri is 400 and is not followed", _forbidden_redirect_is_refused),
    Check("page", "every response is HTML", _is_html),
    Check("page", "a fragment for embedding, a document for navigation", _fragment_or_document),
    Check("page", "query parameters are escaped", _escapes),
    Check("page", "no cookies", _no_cookies),
)
