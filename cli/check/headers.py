"""The headers that keep a page to itself."""

from uuid import uuid4

import requests

from cli.check.findings import Check, Wrong
from cli.check.subject import Subject

QUIET = {"no-referrer", "same-origin", "strict-origin", "origin"}


def _answers(subject: Subject) -> tuple[requests.Response, ...]:
    """Get the page and a refusal: the one has secrets, the other is what an attacker sees."""
    return subject.open(subject.started(), navigates=True), subject.open(str(uuid4()), navigates=True)


def _policy(answer: requests.Response) -> dict[str, list[str]]:
    directives = answer.headers.get("Content-Security-Policy", "").lower().split(";")
    return {words[0]: words[1:] for directive in directives if (words := directive.split())}


def _content_security_policy(subject: Subject) -> None:
    for answer in _answers(subject):
        policy = _policy(answer)
        if not policy:
            raise Wrong(f"{answer.status_code} has no Content-Security-Policy")
        if "default-src" not in policy:
            raise Wrong("the policy has no default-src")
        scripts = policy.get("script-src", policy["default-src"])
        if {"'unsafe-inline'", "'unsafe-eval'", "*", "https:"} & set(scripts):
            raise Wrong(f"the policy lets any script run: {' '.join(scripts)}")


def _frame_ancestors(subject: Subject) -> None:
    for answer in _answers(subject):
        ancestors = _policy(answer).get("frame-ancestors")
        if ancestors is None:
            raise Wrong(f"{answer.status_code} has no frame-ancestors")
        if {"*", "https:", "http:"} & set(ancestors):
            raise Wrong("any site may frame the page")
        if "x-frame-options" in answer.headers:
            raise Wrong("X-Frame-Options forbids what frame-ancestors allows, in some browsers")


def _no_store(subject: Subject) -> None:
    for answer in _answers(subject):
        if "no-store" not in answer.headers.get("Cache-Control", ""):
            raise Wrong(f"{answer.status_code} may be kept by caches")


def _referrer(subject: Subject) -> None:
    for answer in _answers(subject):
        if answer.headers.get("Referrer-Policy", "") not in QUIET:
            raise Wrong(f"{answer.status_code} tells the next site its own URL, with state in it")


def _nosniff(subject: Subject) -> None:
    for answer in _answers(subject):
        if answer.headers.get("X-Content-Type-Options", "").lower() != "nosniff":
            raise Wrong(f"{answer.status_code} lets browsers guess its type")


CHECKS = (
    Check("headers", "Content-Security-Policy allows no stranger's script", _content_security_policy),
    Check("headers", "frame-ancestors names who may frame it", _frame_ancestors),
    Check("headers", "Cache-Control: no-store", _no_store),
    Check("headers", "Referrer-Policy keeps the URL", _referrer),
    Check("headers", "X-Content-Type-Options: nosniff", _nosniff),
)
