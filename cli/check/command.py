"""The command `connector check`."""

from urllib.parse import urlsplit

import click

from cli.check import authrefresh, headers, notification, page
from cli.check.findings import run_checks
from cli.check.report import report
from cli.check.target import DEFAULT_REDIRECT_URI, Target
from cli.check.tokens import OperatorTokens, SimulatorTokens, Tokens
from cli.context import Context
from cli.prompt import prompted
from cli.stack import local_stack_at

DEFAULT_HEADER_NAME = "x-api-key"
CHECKS = (*notification.CHECKS, *authrefresh.CHECKS, *headers.CHECKS, *page.CHECKS)

EPILOG = """\b
Examples
  connector check http://….execute-api.localhost:4566/live     (the local connector needs no options)
  connector check https://reauth.bank.example                  (asks for the header's value and a token)
  connector check https://reauth.bank.example --token-command ./sage-token
\b
CONNECTOR_HEADER_VALUE and CONNECTOR_TOKEN are better than the options: other users of the machine can read options.
\b
Exit status: 0 every check that could run found its requirement met, 1 a requirement is broken,
3 the connector could not be reached.
"""


@click.command(epilog=EPILOG)
@click.argument("url")
@click.option("--header-name", help=f"The name of the shared header. Default: {DEFAULT_HEADER_NAME}.")
@click.option("--header-value", envvar="CONNECTOR_HEADER_VALUE", help="The value of the shared header.")
@click.option("--token", envvar="CONNECTOR_TOKEN", help="A Sage ID token as Banking Service sends it.")
@click.option("--token-command", help="A command that prints such a token.")
@click.option("--redirect-uri", help=f"A redirect URI that the connector allows. Default: {DEFAULT_REDIRECT_URI}.")
@click.option("--expiry", type=float, metavar="MINUTES", help="Wait so many minutes, then check that a session ended.")
@click.pass_obj
def check(  # noqa: PLR0913 - one argument for each option
    context: Context,
    url: str,
    *,
    header_name: str | None,
    header_value: str | None,
    token: str | None,
    token_command: str | None,
    redirect_uri: str | None,
    expiry: float | None,
) -> None:
    """Check the connector at URL.

    The command calls the connector as Banking Service does, and reports the requirements that the connector meets or
    breaks. It creates a few authorisations that nobody finishes; they expire. It affects no customer and no account.
    """
    url = url.rstrip("/")
    if urlsplit(url).scheme not in {"http", "https"}:
        raise click.BadParameter("a URL begins with https://", param_hint="URL")
    session_seconds = expiry * 60 if expiry is not None else None
    local = local_stack_at(url)
    sage = local["simulator"] if local else None
    tokens: Tokens
    if sage and not (token or token_command):
        tokens = SimulatorTokens(sage["control"]["url"])
    elif token_command:
        tokens = OperatorTokens(command=token_command)
    else:
        tokens = OperatorTokens(token or prompted("--token", "CONNECTOR_TOKEN", "Sage ID token"))
    target = Target(
        url,
        header_name or (sage["notification"]["header_name"] if sage else DEFAULT_HEADER_NAME),
        header_value
        or (sage["credentials"]["notification_header_value"] if sage else None)
        or prompted("--header-value", "CONNECTOR_HEADER_VALUE", "Value of the shared header"),
        tokens,
        redirect_uri or (f"{sage['product']['url']}/landing" if sage else DEFAULT_REDIRECT_URI),
        session_seconds,
    )
    target.connect()
    report(context.output, list(run_checks(CHECKS, target)))
