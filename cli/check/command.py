"""The command `connector check`."""

import click

from cli.check import authrefresh, headers, notification, page
from cli.check.findings import run_checks
from cli.check.report import report
from cli.check.target import DEFAULT_REDIRECT_URI, Target
from cli.check.tokens import OperatorTokens, SimulatorTokens
from cli.context import Context
from cli.stack import local_stack_at

CHECKS = (*notification.CHECKS, *authrefresh.CHECKS, *headers.CHECKS, *page.CHECKS)

EPILOG = """\b
Examples
  connector check http://….execute-api.localhost:4566/live     (the local connector needs no options)
  connector check https://reauth.bank.example --header-value "$VALUE" --token "$TOKEN"
  connector check https://reauth.bank.example --header-value "$VALUE" --token-command ./sage-token
\b
Exit status: 0 every check that could run found its requirement met, 1 a requirement is broken.
"""


@click.command(epilog=EPILOG)
@click.argument("url")
@click.option("--header-name", default="x-api-key", show_default=True, help="The name of the shared header.")
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
    header_name: str,
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
    session_seconds = expiry * 60 if expiry is not None else None
    if local := local_stack_at(url):
        sage = local["simulator"]
        target = Target(
            url,
            sage["notification"]["header_name"],
            sage["credentials"]["notification_header_value"],
            SimulatorTokens(sage["control"]["url"]),
            redirect_uri or f"{sage['product']['url']}/landing",
            session_seconds,
        )
    elif header_value and (token or token_command):
        tokens = OperatorTokens(token, token_command)
        target = Target(url, header_name, header_value, tokens, redirect_uri or DEFAULT_REDIRECT_URI, session_seconds)
    else:
        raise click.UsageError("A connector on AWS needs --header-value, and --token or --token-command.")
    report(context.output, list(run_checks(CHECKS, target)))
