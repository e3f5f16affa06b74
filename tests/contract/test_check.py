"""`connector check` on the functions as they are deployed, and on copies that are broken on purpose."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from click.testing import CliRunner

from cli.check.command import CHECKS
from cli.check.findings import Finding, Result, find
from cli.check.subject import Subject
from cli.check.tokens import OperatorTokens, SimulatorTokens
from cli.main import main
from local.control import Control
from local.state import Simulator
from tests.contract import broken
from tests.contract.broken import Connector, Fault
from tests.deployment import BASE_URL, deployment

REDIRECT = "https://money.sage.com/return"


@contextmanager
def subject(sage: Simulator, control: Control, fault: Fault | None = None, minutes: str = "20") -> Iterator[Subject]:
    settings = {
        "PublicUrl": BASE_URL,
        "RedirectOrigins": "https://*.sage.com",
        "NotificationGraceMilliseconds": "0",
        "SessionMinutes": minutes,
    }
    secret = sage.credentials["notification_header_value"]
    with deployment(sage, **settings) as stack, Connector(stack, control, secret, fault) as connector:
        yield Subject(connector.url, "x-api-key", secret, SimulatorTokens(sage.control.url), REDIRECT)


def findings(subject: Subject, promise: str = "") -> list[Finding]:
    return list(find([check for check in CHECKS if promise in check.promise], subject))


def test_nothing_is_found_wrong_with_the_connector_as_it_is(sage: Simulator, control: Control) -> None:
    with subject(sage, control) as whole:
        found = findings(whole)

    assert [finding for finding in found if finding.result is Result.WRONG] == []
    assert [finding.promise for finding in found if finding.result is Result.UNTESTED] == [
        "an authorisation expires: 410"
    ]


@pytest.mark.parametrize(("minutes", "result"), [("0", Result.RIGHT), ("20", Result.WRONG)])
def test_expiry_is_waited_for_where_that_is_wanted(
    sage: Simulator, control: Control, minutes: str, result: Result
) -> None:
    with subject(sage, control, minutes=minutes) as waiting:
        waiting.expiry_seconds = 0
        [finding] = findings(waiting, "expires")

    assert finding.result is result


FAULTS: dict[str, tuple[Fault, str]] = {
    "the header is not needed": (broken.trusting(a="X-Api-Key"), "no shared header"),
    "the header may be anything": (broken.trusting(a="X-Api-Key"), "wrong shared header"),
    "the token is not needed": (broken.trusting(a="Authorization"), "no token"),
    "expired tokens": (broken.trusting_tokens(broken.expired), "token, expired"),
    "any audience": (broken.trusting_tokens(lambda _, c: "another" in c.get("aud", "")), "token, other audience"),
    "unsigned tokens": (broken.trusting_tokens(lambda h, _: h.get("alg") == "none"), "token, alg none"),
    "shared secrets": (broken.trusting_tokens(lambda h, _: h.get("alg") == "HS256"), "token, HS256"),
    "any key": (broken.trusting_tokens(lambda h, _: h.get("alg") == "RS256"), "token, unknown key"),
    "unverified claims": (broken.trusting_tokens(lambda _, c: c.get("sub") == "somebody-else"), "token, changed"),
    "refused and stored": (broken.refuses_but_stores, "no shared header"),
    "good ones refused": (broken.answers(500, instead_of=200), "one from Banking Service is accepted"),
    "duplicates refused": (broken.refuses_duplicates, "the same again is a success"),
    "other types refused": (broken.refuses_other_types, "other types are acknowledged"),
    "malformed accepted": (broken.answers(200, instead_of=400), "a malformed one is 400"),
    "any size": (broken.answers(200, instead_of=413), "one that is too large is 413"),
    "unknown opened": (broken.opens_unknown, "never notified"),
    "opened twice": (broken.opens_again, "opened once"),
    "parameters not needed": (broken.mends_requests, "a missing parameter"),
    "refused and opened": (broken.refuses_but_opens, "a missing parameter"),
    "redirects to anywhere accepted": (broken.mends_requests, "elsewhere is 400"),
    "redirects refused, followed": (broken.redirects_anywhere, "elsewhere is 400"),
    "redirects refused, opened": (broken.refuses_but_opens, "elsewhere is 400"),
    "redirects not refused": (broken.answers(302, instead_of=400), "elsewhere is 400"),
    "not HTML": (broken.header(Content_Type="text/plain"), "every answer is HTML"),
    "always documents": (broken.always(navigates=True), "a fragment to embed"),
    "never documents": (broken.always(navigates=False), "a fragment to embed"),
    "query unescaped": (broken.writes_the_query, "is escaped"),
    "cookies": (broken.header(Set_Cookie="session=1"), "no cookies"),
    "no policy": (broken.header(Content_Security_Policy=None), "Content-Security-Policy"),
    "no default": (broken.policy("default-src", ""), "Content-Security-Policy"),
    "inline scripts": (broken.policy("script-src", "script-src 'unsafe-inline'"), "Content-Security-Policy"),
    "no ancestors": (broken.policy("frame-ancestors", ""), "frame-ancestors"),
    "any ancestors": (broken.policy("frame-ancestors", "frame-ancestors *"), "frame-ancestors"),
    "X-Frame-Options": (broken.header(X_Frame_Options="DENY"), "frame-ancestors"),
    "cached": (broken.header(Cache_Control="max-age=60"), "no-store"),
    "no referrer policy": (broken.header(Referrer_Policy=None), "Referrer-Policy"),
    "telling referrers": (broken.header(Referrer_Policy="unsafe-url"), "Referrer-Policy"),
    "sniffed": (broken.header(X_Content_Type_Options=None), "nosniff"),
    "relative action": (broken.body(lambda page: re.sub(r'action="https?://[^/]+', 'action="', page)), "forms post"),
    "action elsewhere": (broken.body(lambda page: page.replace("http://127", "https://evil.example/127")), "forms"),
    "insecure action": (
        broken.body(lambda page: page.replace('action="http://127.0.0.1', 'action="http://bank')),
        "forms",
    ),
    "sent by GET": (broken.body(lambda page: page.replace('method="post"', 'method="get"')), "forms post"),
    "no form": (broken.body(lambda page: page.replace("<form", "<div")), "forms post"),
    "no language": (broken.body(lambda page: re.sub(r"<html[^>]*>", "<html>", page)), "says its language"),
    "no title": (broken.body(lambda page: re.sub(r"<title>.*?</title>", "", page, flags=re.DOTALL)), "has a title"),
    "no heading": (broken.body(lambda page: page.replace("h1", "h2")), "one main heading"),
    "two headings": (broken.body(lambda page: page.replace("</h1>", "</h1><h1>Again</h1>")), "one main heading"),
    "no label": (broken.body(lambda page: page.replace("</form>", '<input name="x"></form>')), "has a label"),
    "silent button": (broken.body(lambda page: page.replace("</form>", "<button></button></form>")), "says something"),
    "no alternative": (broken.body(lambda page: page.replace("</form>", '<img src="x"></form>')), "alternative"),
    "tab order": (broken.body(lambda page: page.replace("<form", '<form tabindex="3"')), "no tab order"),
    "no zoom": (broken.body(lambda page: page.replace("width=device-width", "user-scalable=no")), "zooming"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_every_fault_is_found(sage: Simulator, control: Control, fault: str) -> None:
    switched_on, promise = FAULTS[fault]
    with subject(sage, control, switched_on) as copy:
        found = findings(copy, promise)

    assert Result.WRONG in {finding.result for finding in found}
    assert all(finding.said for finding in found if finding.result is Result.WRONG)


def test_every_promise_that_is_checked_is_broken_here_by_some_fault() -> None:
    tried = [promise for _, promise in FAULTS.values()] + ["expires"]

    assert [check.promise for check in CHECKS if not any(part in check.promise for part in tried)] == []


def test_with_a_token_of_the_operators_what_only_sage_id_could_sign_is_not_tested(
    sage: Simulator, control: Control
) -> None:
    with subject(sage, control) as whole:
        whole.tokens = OperatorTokens(token=control.post("/sage-id/tokens", {})["token"])
        found = {finding.promise: finding.result for finding in findings(whole, "token, ")}

    assert found == {
        "token, expired: 401, nothing stored": Result.UNTESTED,
        "token, other audience: 401, nothing stored": Result.UNTESTED,
        "token, alg none: 401, nothing stored": Result.RIGHT,
        "token, HS256 with the public key: 401, nothing stored": Result.RIGHT,
        "token, unknown key: 401, nothing stored": Result.RIGHT,
        "token, changed claims: 401, nothing stored": Result.RIGHT,
    }


@pytest.mark.parametrize(("fault", "status"), [(None, 0), (broken.header(Cache_Control="max-age=60"), 1)])
def test_the_exit_status_and_the_table_say_whether_all_is_right(
    sage: Simulator, control: Control, fault: Fault | None, status: int
) -> None:
    token = control.post("/sage-id/tokens", {})["token"]
    options = ("--token-command", f"echo {token}", "--redirect-uri", REDIRECT)
    with subject(sage, control, fault) as copy:
        ran = CliRunner().invoke(
            main,
            ["check", copy.url, "--header-value", copy.header_value, *options],
        )

    assert ran.exit_code == status, ran.output
    assert ("WRONG" in ran.output) is bool(status)
    assert token not in ran.output
    assert copy.header_value not in ran.output


def test_a_connector_that_does_not_answer_is_wrong_in_everything_and_not_an_error_of_the_check() -> None:
    nobody = Subject("http://127.0.0.1:1", "x-api-key", "value", OperatorTokens(token="a.b.c"), REDIRECT)

    found = findings(nobody, "one from Banking Service is accepted")

    assert [(finding.result, finding.said) for finding in found] == [(Result.WRONG, "no answer: ConnectionError")]
