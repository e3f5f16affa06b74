"""GET /authrefresh: who gets the page, once, and with which headers."""

import time
from uuid import uuid4

import requests

from cli.check.findings import Check, Untested, Wrong, expect
from cli.check.subject import Subject

ELSEWHERE = (
    "https://attacker.example/",
    "http://money.sage.com/",
    "https://sage.com.attacker.example/",
    "https://attacker.example/?https://money.sage.com/",
    "https://money.sage.com@attacker.example/",
    "javascript:alert(1)",
    "//attacker.example/",
)
MARKUP = '"><script>connectorCheck()</script>'


def _unknown_is_refused(subject: Subject) -> None:
    expect(subject.open(str(uuid4())), 403)


def _used_once(subject: Subject) -> None:
    session = subject.started()
    expect(subject.open(session), 200)
    expect(subject.open(session), 410)


def _missing_is_refused(subject: Subject) -> None:
    session = subject.started()
    for name in ("authorisation_id", "redirect_uri", "state", "externalId"):
        answer = subject.open(session, {name: None})
        if answer.status_code != requests.codes.bad_request:
            raise Wrong(f"without {name} it answered {answer.status_code}")
    expect(subject.open(session), 200)


def _elsewhere_is_refused(subject: Subject) -> None:
    session = subject.started()
    for place in ELSEWHERE:
        answer = subject.open(session, {"redirect_uri": place})
        if answer.status_code != requests.codes.bad_request:
            raise Wrong(f"redirect_uri {place} was answered {answer.status_code}")
        if "Location" in answer.headers or place in answer.text:
            raise Wrong(f"redirect_uri {place} was refused, and the answer leads there")
    if subject.open(session).status_code != requests.codes.ok:
        raise Wrong("a refused redirect_uri has used the authorisation up")


def _is_html(subject: Subject) -> None:
    for answer in (subject.open(subject.started()), subject.open(str(uuid4())), subject.open("x")):
        if not answer.headers.get("Content-Type", "").startswith("text/html"):
            raise Wrong(f"{answer.status_code} has Content-Type {answer.headers.get('Content-Type', 'none')}")


def _fragment_or_document(subject: Subject) -> None:
    embedded, navigated = subject.open(subject.started()), subject.open(subject.started(), navigates=True)
    if "<html" in embedded.text.lower():
        raise Wrong("an embedding server gets a whole document instead of a fragment")
    if not navigated.text.lstrip().lower().startswith("<!doctype html>"):
        raise Wrong("a browser that navigates gets no whole document")


def _escapes(subject: Subject) -> None:
    for name in ("state", "externalId"):
        if MARKUP in subject.open(subject.started(), {name: MARKUP}).text:
            raise Wrong(f"{name} is written into the page as it is: anybody's script would run")


def _no_cookies(subject: Subject) -> None:
    if "Set-Cookie" in subject.open(subject.started(), navigates=True).headers:
        raise Wrong("it sets a cookie, which a page inside another's would not get back")


def _expires(subject: Subject) -> None:
    if subject.expiry_seconds is None:
        raise Untested("say --expiry MINUTES to wait for it")
    session = subject.started()
    time.sleep(subject.expiry_seconds)
    expect(subject.open(session), 410)


CHECKS = (
    Check("access", "an id that was never notified is 403", _unknown_is_refused),
    Check("access", "an authorisation is opened once, then 410", _used_once),
    Check("access", "an authorisation expires: 410", _expires),
    Check("access", "a missing parameter is 400 and uses nothing up", _missing_is_refused),
    Check("redirect", "elsewhere is 400, led nowhere, uses nothing up", _elsewhere_is_refused),
    Check("page", "every answer is HTML", _is_html),
    Check("page", "a fragment to embed, a document to navigate to", _fragment_or_document),
    Check("page", "what the query says is escaped", _escapes),
    Check("page", "no cookies", _no_cookies),
)
