"""`connector check`, the command."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from cli.check import authrefresh, headers, notification, page
from cli.check.findings import Finding, Result, find
from cli.check.subject import Subject
from cli.check.tokens import OperatorTokens, SimulatorTokens
from cli.output import table
from cli.stack import running_here

if TYPE_CHECKING:
    from cli.main import Context

CHECKS = (*notification.CHECKS, *authrefresh.CHECKS, *headers.CHECKS, *page.CHECKS)
REDIRECT = "https://check.sage.com/return"
MARKS = {Result.RIGHT: "ok", Result.WRONG: "WRONG", Result.UNTESTED: "-"}

EPILOG = """\b
Examples
  connector check http://….execute-api.localhost:4566/live     (from `make local`; nothing else to say)
  connector check https://reauth.bank.example --header-value "$VALUE" --token "$TOKEN"
  connector check https://reauth.bank.example --header-value "$VALUE" --token-command ./sage-token
\b
Exit status: 0 all that could be tested is right, 1 something is wrong.
"""


@click.command(epilog=EPILOG)
@click.argument("url")
@click.option("--header-name", default="x-api-key", show_default=True, help="The shared header.")
@click.option("--header-value", envvar="CONNECTOR_HEADER_VALUE", help="Its value, as Banking Service sends it.")
@click.option("--token", envvar="CONNECTOR_TOKEN", help="A Sage ID token such as Banking Service sends.")
@click.option("--token-command", help="A command that prints one.")
@click.option("--redirect-uri", help=f"One that the connector allows; else {REDIRECT}.")
@click.option("--expiry", type=float, metavar="MINUTES", help="Wait so long, and see that a session has expired.")
@click.pass_obj
def check(  # noqa: PLR0913 - one for each option
    context: "Context",
    url: str,
    *,
    header_name: str,
    header_value: str | None,
    token: str | None,
    token_command: str | None,
    redirect_uri: str | None,
    expiry: float | None,
) -> None:
    """Play Banking Service against the connector at URL, and print what it does right and wrong.

    It leaves a few authorisations behind that nobody finishes; they expire. No customer and no account is touched.
    """
    local = running_here(url.rstrip("/"))
    if local:
        sage = local["simulator"]
        header_name, header_value = (
            sage["notification"]["header_name"],
            sage["credentials"]["notification_header_value"],
        )
        redirect_uri = redirect_uri or f"{sage['product']['url']}/landing"
    elif not header_value or not (token or token_command):
        raise click.UsageError("A connector on AWS needs --header-value, and --token or --token-command.")
    subject = Subject(
        url.rstrip("/"),
        header_name,
        header_value or "",
        SimulatorTokens(local["simulator"]["control"]["url"]) if local else OperatorTokens(token, token_command),
        redirect_uri or REDIRECT,
        expiry * 60 if expiry is not None else None,
    )
    findings = list(find(CHECKS, subject))
    wrong = sum(finding.result is Result.WRONG for finding in findings)
    context.output.show({"wrong": wrong, "findings": [asdict(finding) for finding in findings]}, _page(findings, wrong))
    if wrong:
        raise SystemExit(1)


def _page(findings: Sequence[Finding], wrong: int) -> str:
    rows = [(MARKS[finding.result], finding.area, finding.promise, finding.said) for finding in findings]
    right = sum(finding.result is Result.RIGHT for finding in findings)
    untested = len(findings) - right - wrong
    return f"{table(('', 'area', 'promise', 'finding'), rows)}\n\n{right} right, {wrong} wrong, {untested} not tested."
