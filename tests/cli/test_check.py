"""`connector check` on the functions as they are deployed, and on copies that are broken on purpose."""

import re
from collections.abc import Iterator

import pytest
from click.testing import CliRunner

from cli.check.command import CHECKS
from cli.check.findings import Finding, Result, find
from cli.check.subject import Subject
from cli.check.tokens import OperatorTokens, SimulatorTokens
from cli.main import main
from local.stack.control import Control
from local.stack.simulator_state import Simulator
from tests.cli import faults
from tests.cli.broken import Connector, Fault
from tests.deployment import BASE_URL, deployment

REDIRECT = "https://money.sage.com/return"


@pytest.fixture(scope="module")
def shared_connector(sage: Simulator) -> Iterator[Connector]:
    settings = {
        "PublicUrl": BASE_URL,
        "RedirectOrigins": "https://*.sage.com",
        "NotificationGraceMilliseconds": "0",
    }
    secret = sage.credentials["notification_header_value"]
    with deployment(sage, **settings) as stack, Connector(stack, Control(sage.control.url), secret) as connector:
        yield connector


@pytest.fixture
def connector(shared_connector: Connector) -> Iterator[Connector]:
    """A connector as it should be, until a test switches a fault on."""
    yield shared_connector
    shared_connector.fault = None


def subject(connector: Connector, sage: Simulator) -> Subject:
    secret = connector.proofs["X-Api-Key"]
    return Subject(connector.url, "x-api-key", secret, SimulatorTokens(sage.control.url), REDIRECT)


def findings(subject: Subject, promise: str = "") -> list[Finding]:
    return list(find([check for check in CHECKS if promise in check.promise], subject))


def test_nothing_is_found_wrong_with_the_connector_as_it_is(connector: Connector, sage: Simulator) -> None:
    found = findings(subject(connector, sage))

    assert [finding for finding in found if finding.result is Result.WRONG] == []
    assert [finding.promise for finding in found if finding.result is Result.UNTESTED] == [
        "an authorisation expires: 410"
    ]


@pytest.mark.parametrize(("fault", "result"), [(faults.time_passes, Result.RIGHT), (None, Result.WRONG)])
def test_expiry_is_waited_for_where_that_is_wanted(
    connector: Connector, sage: Simulator, fault: Fault | None, result: Result
) -> None:
    connector.fault = fault
    waiting = subject(connector, sage)
    waiting.expiry_seconds = 0

    [finding] = findings(waiting, "expires")

    assert finding.result is result


FAULTS: dict[str, tuple[Fault, str]] = {
    "the header is not needed": (faults.trusting(a="X-Api-Key"), "no shared header"),
    "the header may be anything": (faults.trusting(a="X-Api-Key"), "wrong shared header"),
    "the token is not needed": (faults.trusting(a="Authorization"), "no token"),
    "expired tokens": (faults.trusting_tokens(faults.expired), "token, expired"),
    "any audience": (faults.trusting_tokens(lambda _, c: "another" in c.get("aud", "")), "token, other audience"),
    "unsigned tokens": (faults.trusting_tokens(lambda h, _: h.get("alg") == "none"), "token, alg none"),
    "shared secrets": (faults.trusting_tokens(lambda h, _: h.get("alg") == "HS256"), "token, HS256"),
    "any key": (faults.trusting_tokens(lambda h, _: h.get("alg") == "RS256"), "token, unknown key"),
    "unverified claims": (faults.trusting_tokens(lambda _, c: c.get("sub") == "somebody-else"), "token, changed"),
    "refused and stored": (faults.refuses_but_stores, "no shared header"),
    "good ones refused": (faults.answers(500, instead_of=200), "one from Banking Service is accepted"),
    "duplicates refused": (faults.refuses_duplicates, "the same again is a success"),
    "other types refused": (faults.refuses_other_types, "other types are acknowledged"),
    "malformed accepted": (faults.answers(200, instead_of=400), "a malformed one is 400"),
    "any size": (faults.answers(200, instead_of=413), "one that is too large is 413"),
    "unknown opened": (faults.opens_unknown, "never notified"),
    "opened twice": (faults.opens_again, "opened once"),
    "parameters not needed": (faults.mends_requests, "a missing parameter"),
    "refused and opened": (faults.refuses_but_opens, "a missing parameter"),
    "redirects to anywhere accepted": (faults.mends_requests, "elsewhere is 400"),
    "redirects refused, followed": (faults.redirects_anywhere, "elsewhere is 400"),
    "redirects refused, opened": (faults.refuses_but_opens, "elsewhere is 400"),
    "redirects not refused": (faults.answers(302, instead_of=400), "elsewhere is 400"),
    "not HTML": (faults.header(Content_Type="text/plain"), "every answer is HTML"),
    "always documents": (faults.always(navigates=True), "a fragment to embed"),
    "never documents": (faults.always(navigates=False), "a fragment to embed"),
    "query unescaped": (faults.writes_the_query, "is escaped"),
    "cookies": (faults.header(Set_Cookie="session=1"), "no cookies"),
    "no policy": (faults.header(Content_Security_Policy=None), "Content-Security-Policy"),
    "no default": (faults.policy("default-src", ""), "Content-Security-Policy"),
    "inline scripts": (faults.policy("script-src", "script-src 'unsafe-inline'"), "Content-Security-Policy"),
    "no ancestors": (faults.policy("frame-ancestors", ""), "frame-ancestors"),
    "any ancestors": (faults.policy("frame-ancestors", "frame-ancestors *"), "frame-ancestors"),
    "X-Frame-Options": (faults.header(X_Frame_Options="DENY"), "frame-ancestors"),
    "cached": (faults.header(Cache_Control="max-age=60"), "no-store"),
    "no referrer policy": (faults.header(Referrer_Policy=None), "Referrer-Policy"),
    "telling referrers": (faults.header(Referrer_Policy="unsafe-url"), "Referrer-Policy"),
    "sniffed": (faults.header(X_Content_Type_Options=None), "nosniff"),
    "relative action": (faults.body(lambda page: re.sub(r'action="https?://[^/]+', 'action="', page)), "forms post"),
    "action elsewhere": (faults.body(lambda page: page.replace("http://127", "https://evil.example/127")), "forms"),
    "insecure action": (
        faults.body(lambda page: page.replace('action="http://127.0.0.1', 'action="http://bank')),
        "forms",
    ),
    "sent by GET": (faults.body(lambda page: page.replace('method="post"', 'method="get"')), "forms post"),
    "no form": (faults.body(lambda page: page.replace("<form", "<div")), "forms post"),
    "no language": (faults.body(lambda page: re.sub(r"<html[^>]*>", "<html>", page)), "says its language"),
    "no title": (faults.body(lambda page: re.sub(r"<title>.*?</title>", "", page, flags=re.DOTALL)), "has a title"),
    "no heading": (faults.body(lambda page: page.replace("h1", "h2")), "one main heading"),
    "two headings": (faults.body(lambda page: page.replace("</h1>", "</h1><h1>Again</h1>")), "one main heading"),
    "no label": (faults.body(lambda page: page.replace("</form>", '<input name="x"></form>')), "has a label"),
    "silent button": (faults.body(lambda page: page.replace("</form>", "<button></button></form>")), "says something"),
    "no alternative": (faults.body(lambda page: page.replace("</form>", '<img src="x"></form>')), "alternative"),
    "tab order": (faults.body(lambda page: page.replace("<form", '<form tabindex="3"')), "no tab order"),
    "no zoom": (faults.body(lambda page: page.replace("width=device-width", "user-scalable=no")), "zooming"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_every_fault_is_found(connector: Connector, sage: Simulator, fault: str) -> None:
    connector.fault, promise = FAULTS[fault]
    found = findings(subject(connector, sage), promise)

    assert Result.WRONG in {finding.result for finding in found}
    assert all(finding.said for finding in found if finding.result is Result.WRONG)


def test_every_promise_that_is_checked_is_broken_here_by_some_fault() -> None:
    tried = [promise for _, promise in FAULTS.values()] + ["expires"]

    assert [check.promise for check in CHECKS if not any(part in check.promise for part in tried)] == []


def test_with_a_token_of_the_operators_what_only_sage_id_could_sign_is_not_tested(
    connector: Connector, sage: Simulator, control: Control
) -> None:
    operated = subject(connector, sage)
    operated.tokens = OperatorTokens(token=control.post("/sage-id/tokens", {})["token"])
    found = {finding.promise: finding.result for finding in findings(operated, "token, ")}

    assert found == {
        "token, expired: 401, nothing stored": Result.UNTESTED,
        "token, other audience: 401, nothing stored": Result.UNTESTED,
        "token, alg none: 401, nothing stored": Result.RIGHT,
        "token, HS256 with the public key: 401, nothing stored": Result.RIGHT,
        "token, unknown key: 401, nothing stored": Result.RIGHT,
        "token, changed claims: 401, nothing stored": Result.RIGHT,
    }


@pytest.mark.parametrize(("fault", "status"), [(None, 0), (faults.header(Cache_Control="max-age=60"), 1)])
def test_the_exit_status_and_the_table_say_whether_all_is_right(
    connector: Connector, control: Control, fault: Fault | None, status: int
) -> None:
    token, secret = control.post("/sage-id/tokens", {})["token"], connector.proofs["X-Api-Key"]
    connector.fault = fault
    options = ("--header-value", secret, "--token-command", f"echo {token}", "--redirect-uri", REDIRECT)

    ran = CliRunner().invoke(main, ["check", connector.url, *options])

    assert ran.exit_code == status, ran.output
    assert ("WRONG" in ran.output) is bool(status)
    assert token not in ran.output
    assert secret not in ran.output


def test_a_connector_that_does_not_answer_is_wrong_in_everything_and_not_an_error_of_the_check() -> None:
    nobody = Subject("http://127.0.0.1:1", "x-api-key", "value", OperatorTokens(token="a.b.c"), REDIRECT)

    found = findings(nobody, "one from Banking Service is accepted")

    assert [(finding.result, finding.said) for finding in found] == [(Result.WRONG, "no answer: ConnectionError")]
