"""The requirements of the response headers that protect a page."""

from uuid import uuid4

import requests

from cli.check.findings import Check, RequirementBrokenError
from cli.check.target import Target

PRIVATE_REFERRER_POLICIES = {"no-referrer", "same-origin", "strict-origin", "origin"}


def _responses(target: Target) -> tuple[requests.Response, ...]:
    """Get a page that contains secrets, and a refusal that anybody can get."""
    return target.open_page(target.start_session(), navigates=True), target.open_page(str(uuid4()), navigates=True)


def _policy(response: requests.Response) -> dict[str, list[str]]:
    directives = response.headers.get("Content-Security-Policy", "").lower().split(";")
    return {words[0]: words[1:] for directive in directives if (words := directive.split())}


def _content_security_policy(target: Target) -> None:
    for response in _responses(target):
        policy = _policy(response)
        if not policy:
            raise RequirementBrokenError(f"the {response.status_code} has no Content-Security-Policy")
        if "default-src" not in policy:
            raise RequirementBrokenError("the policy has no default-src")
        scripts = policy.get("script-src", policy["default-src"])
        if {"'unsafe-inline'", "'unsafe-eval'", "*", "https:"} & set(scripts):
            raise RequirementBrokenError(f"the policy allows every script: {' '.join(scripts)}")


def _frame_ancestors(target: Target) -> None:
    for response in _responses(target):
        ancestors = _policy(response).get("frame-ancestors")
        if ancestors is None:
            raise RequirementBrokenError(f"the {response.status_code} has no frame-ancestors")
        if {"*", "https:", "http:"} & set(ancestors):
            raise RequirementBrokenError("every site may frame the page")
        if "x-frame-options" in response.headers:
            raise RequirementBrokenError("in some browsers X-Frame-Options forbids what frame-ancestors allows")


def _no_store(target: Target) -> None:
    for response in _responses(target):
        if "no-store" not in response.headers.get("Cache-Control", ""):
            raise RequirementBrokenError(f"caches may store the {response.status_code}")


def _referrer(target: Target) -> None:
    for response in _responses(target):
        if response.headers.get("Referrer-Policy", "") not in PRIVATE_REFERRER_POLICIES:
            raise RequirementBrokenError(f"the URL of the {response.status_code}, with its state, goes to other sites")


def _nosniff(target: Target) -> None:
    for response in _responses(target):
        if response.headers.get("X-Content-Type-Options", "").lower() != "nosniff":
            raise RequirementBrokenError(f"browsers may guess the type of the {response.status_code}")


CHECKS = (
    Check("headers", "Content-Security-Policy allows only the page's own scripts", _content_security_policy),
    Check("headers", "frame-ancestors names the sites that may frame the page", _frame_ancestors),
    Check("headers", "Cache-Control: no-store", _no_store),
    Check("headers", "Referrer-Policy hides the URL from other sites", _referrer),
    Check("headers", "X-Content-Type-Options: nosniff", _nosniff),
)
