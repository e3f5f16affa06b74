"""`connector check` against the deployed functions, correct or with one fault."""

import re
from collections.abc import Iterator

import pytest
from click.testing import CliRunner

from cli.check.command import CHECKS
from cli.check.findings import Finding, Result, run_checks
from cli.check.target import Target
from cli.check.tokens import OperatorTokens, SimulatorTokens
from cli.main import main
from local.stack.control import Control
from local.stack.simulator_state import Simulator
from tests.cli import faults
from tests.cli.faulty_connector import Fault, FaultyConnector
from tests.deployment import BASE_URL, deployment

REDIRECT = "https://money.sage.com/return"

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def shared_connector(sage: Simulator) -> Iterator[FaultyConnector]:
    settings = {
        "PublicUrl": BASE_URL,
        "RedirectOrigins": "https://*.sage.com",
        "NotificationGraceMilliseconds": "0",
    }
    secret = sage.credentials["notification_header_value"]
    with deployment(sage, **settings) as stack, FaultyConnector(stack, Control(sage.control.url), secret) as connector:
        yield connector


@pytest.fixture
def connector(shared_connector: FaultyConnector) -> Iterator[FaultyConnector]:
    """A correct connector, until the test sets a fault."""
    yield shared_connector
    shared_connector.fault = None


def target(connector: FaultyConnector, sage: Simulator) -> Target:
    secret = connector.authentication_headers["X-Api-Key"]
    return Target(connector.url, "x-api-key", secret, SimulatorTokens(sage.control.url), REDIRECT)


def findings(target: Target, requirement: str = "") -> list[Finding]:
    return list(run_checks([check for check in CHECKS if requirement in check.requirement], target))


def test_the_connector_meets_every_requirement(connector: FaultyConnector, sage: Simulator) -> None:
    found = findings(target(connector, sage))

    assert [finding for finding in found if finding.result is Result.WRONG] == []
    assert [finding.requirement for finding in found if finding.result is Result.UNTESTED] == [
        "an expired authorisation is 410"
    ]


@pytest.mark.parametrize(("fault", "result"), [(faults.expires_at_once, Result.RIGHT), (None, Result.WRONG)])
def test_the_end_of_a_session_is_checked_if_the_operator_gives_its_length(
    connector: FaultyConnector, sage: Simulator, fault: Fault | None, result: Result
) -> None:
    connector.fault = fault
    waiting = target(connector, sage)
    waiting.session_seconds = 0

    [finding] = findings(waiting, "expired authorisation")

    assert finding.result is result


FAULTS: dict[str, tuple[Fault, str]] = {
    "the header is not needed": (faults.accepts_without("X-Api-Key"), "no shared header"),
    "the header may be anything": (faults.accepts_without("X-Api-Key"), "wrong shared header"),
    "the token is not needed": (faults.accepts_without("Authorization"), "no token"),
    "expired tokens": (faults.accepts_tokens(faults.expired), "token, expired"),
    "any audience": (faults.accepts_tokens(lambda _, c: "another" in c.get("aud", "")), "token, other audience"),
    "unsigned tokens": (faults.accepts_tokens(lambda h, _: h.get("alg") == "none"), "token, alg none"),
    "shared secrets": (faults.accepts_tokens(lambda h, _: h.get("alg") == "HS256"), "token, HS256"),
    "any key": (faults.accepts_tokens(lambda h, _: h.get("alg") == "RS256"), "token, unknown key"),
    "unverified claims": (faults.accepts_tokens(lambda _, c: c.get("sub") == "somebody-else"), "token, changed"),
    "refused and stored": (faults.refuses_but_stores, "no shared header"),
    "good ones refused": (faults.responds(500, instead_of=200), "an authenticated notification"),
    "duplicates refused": (faults.refuses_duplicates, "a duplicate succeeds"),
    "other types refused": (faults.refuses_other_types, "other types are acknowledged"),
    "malformed accepted": (faults.responds(200, instead_of=400), "a malformed notification is 400"),
    "any size": (faults.responds(200, instead_of=413), "of 100 kB is 413"),
    "unknown opened": (faults.opens_unknown, "never notified"),
    "opened twice": (faults.opens_again, "opened once"),
    "parameters not needed": (faults.repairs_requests, "a missing parameter"),
    "refused and opened": (faults.refuses_but_opens, "a missing parameter"),
    "redirects to anywhere accepted": (faults.repairs_requests, "a forbidden redirect_uri"),
    "redirects refused, followed": (faults.redirects_anywhere, "a forbidden redirect_uri"),
    "redirects refused, opened": (faults.refuses_but_opens, "a forbidden redirect_uri"),
    "redirects not refused": (faults.responds(302, instead_of=400), "a forbidden redirect_uri"),
    "not HTML": (faults.header(Content_Type="text/plain"), "every response is HTML"),
    "always documents": (faults.always(navigates=True), "a fragment for embedding"),
    "never documents": (faults.always(navigates=False), "a fragment for embedding"),
    "query unescaped": (faults.writes_the_query, "are escaped"),
    "cookies": (faults.header(Set_Cookie="session=1"), "no cookies"),
    "no policy": (faults.header(Content_Security_Policy=None), "Content-Security-Policy"),
    "no default": (faults.policy("default-src", ""), "Content-Security-Policy"),
    "inline scripts": (faults.policy("script-src", "script-src 'unsafe-inline'"), "Content-Security-Policy"),
    "no ancestors": (faults.policy("frame-ancestors", ""), "frame-ancestors"),
    "any ancestors": (faults.policy("frame-ancestors", "frame-ancestors *"), "frame-ancestors"),
    "X-Frame-Options": (faults.header(X_Frame_Options="DENY"), "frame-ancestors"),
    "cached": (faults.header(Cache_Control="max-age=60"), "no-store"),
    "no referrer policy": (faults.header(Referrer_Policy=None), "Referrer-Policy"),
    "referrers with the URL": (faults.header(Referrer_Policy="unsafe-url"), "Referrer-Policy"),
    "types guessed": (faults.header(X_Content_Type_Options=None), "nosniff"),
    "relative action": (faults.body(lambda page: re.sub(r'action="https?://[^/]+', 'action="', page)), "forms post"),
    "action elsewhere": (faults.body(lambda page: page.replace("http://127", "https://evil.example/127")), "forms"),
    "insecure action": (
        faults.body(lambda page: page.replace('action="http://127.0.0.1', 'action="http://bank')),
        "forms",
    ),
    "sent by GET": (faults.body(lambda page: page.replace('method="post"', 'method="get"')), "forms post"),
    "no form": (faults.body(lambda page: page.replace("<form", "<div")), "forms post"),
    "no language": (faults.body(lambda page: re.sub(r"<html[^>]*>", "<html>", page)), "names its language"),
    "no title": (faults.body(lambda page: re.sub(r"<title>.*?</title>", "", page, flags=re.DOTALL)), "has a title"),
    "no heading": (faults.body(lambda page: page.replace("h1", "h2")), "one main heading"),
    "two headings": (faults.body(lambda page: page.replace("</h1>", "</h1><h1>Again</h1>")), "one main heading"),
    "no label": (faults.body(lambda page: page.replace("</form>", '<input name="x"></form>')), "has a label"),
    "button without a text": (
        faults.body(lambda page: page.replace("</form>", "<button></button></form>")),
        "has a text",
    ),
    "no alternative": (faults.body(lambda page: page.replace("</form>", '<img src="x"></form>')), "alternative text"),
    "tab order": (faults.body(lambda page: page.replace("<form", '<form tabindex="3"')), "focus order"),
    "no zoom": (faults.body(lambda page: page.replace("width=device-width", "user-scalable=no")), "can be zoomed"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_every_fault_is_found(connector: FaultyConnector, sage: Simulator, fault: str) -> None:
    connector.fault, requirement = FAULTS[fault]
    found = findings(target(connector, sage), requirement)

    assert Result.WRONG in {finding.result for finding in found}
    assert all(finding.detail for finding in found if finding.result is Result.WRONG)


def test_every_checked_requirement_is_broken_by_a_fault_of_this_module() -> None:
    broken = [requirement for _, requirement in FAULTS.values()] + ["expired authorisation"]

    assert [check.requirement for check in CHECKS if not any(part in check.requirement for part in broken)] == []


def test_an_operators_token_leaves_the_checks_untested_that_need_a_key_of_sage_id(
    connector: FaultyConnector, sage: Simulator, control: Control
) -> None:
    operated = target(connector, sage)
    operated.tokens = OperatorTokens(token=control.post("/sage-id/tokens", {})["token"])
    found = {finding.requirement: finding.result for finding in findings(operated, "token, ")}

    assert found == {
        "token, expired: 401, nothing stored": Result.UNTESTED,
        "token, other audience: 401, nothing stored": Result.UNTESTED,
        "token, alg none: 401, nothing stored": Result.RIGHT,
        "token, HS256 with the public key: 401, nothing stored": Result.RIGHT,
        "token, unknown key: 401, nothing stored": Result.RIGHT,
        "token, changed claims: 401, nothing stored": Result.RIGHT,
    }


@pytest.mark.parametrize(("fault", "status"), [(None, 0), (faults.header(Cache_Control="max-age=60"), 1)])
def test_the_exit_status_and_the_table_report_a_broken_requirement(
    connector: FaultyConnector, control: Control, fault: Fault | None, status: int
) -> None:
    token, secret = control.post("/sage-id/tokens", {})["token"], connector.authentication_headers["X-Api-Key"]
    connector.fault = fault
    options = ("--header-value", secret, "--token-command", f"echo {token}", "--redirect-uri", REDIRECT)

    ran = CliRunner().invoke(main, ["check", connector.url, *options])

    assert ran.exit_code == status, ran.output
    assert ("WRONG" in ran.output) is bool(status)
    assert token not in ran.output
    assert secret not in ran.output


def test_a_connector_that_does_not_respond_is_a_finding_and_not_an_error_of_the_command() -> None:
    unreachable = Target("http://127.0.0.1:1", "x-api-key", "value", OperatorTokens(token="a.b.c"), REDIRECT)

    found = findings(unreachable, "an authenticated notification")

    assert [(finding.result, finding.detail) for finding in found] == [(Result.WRONG, "no response: ConnectionError")]
