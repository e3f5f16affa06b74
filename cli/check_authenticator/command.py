"""The command `connector check-authenticator`."""

import json
from collections.abc import Mapping, Sequence
from typing import TextIO

import click

from cli.check.findings import run_checks
from cli.check.report import report
from cli.check_authenticator.backend import Backend
from cli.check_authenticator.rules import CHECKS
from cli.context import Context
from cli.prompt import prompted
from connector.runtime.bounded_http import is_safe

EPILOG = """\b
Examples
  export CONNECTOR_AUTHENTICATOR_API_KEY=…
  connector check-authenticator https://authentication.bank.example
  connector check-authenticator https://authentication.bank.example --external-id acc-1 --answers answers.json
\b
FILE is JSON: the right answers of a test customer, one object for each step.
  [{"user": "anna", "password": "…"}, {"factor": "code"}]
\b
Exit status: 0 every check that could run found its rule kept, 1 a rule is broken.
"""


@click.command("check-authenticator", epilog=EPILOG)
@click.argument("url")
@click.option(
    "--api-key",
    envvar="CONNECTOR_AUTHENTICATOR_API_KEY",
    help="The value of authenticator_api_key. Better in CONNECTOR_AUTHENTICATOR_API_KEY; otherwise the command asks.",
)
@click.option("--external-id", default="connector-check", show_default=True, help="Your own id of the account.")
@click.option("--answers", type=click.File(encoding="utf-8"), metavar="FILE", help="The answers of a test customer.")
@click.option("--timeout", type=float, default=8, show_default=True, help="AuthenticatorTimeoutSeconds, in seconds.")
@click.pass_obj
def check_authenticator(  # noqa: PLR0913 - one argument for each option
    context: Context, url: str, *, api_key: str | None, external_id: str, answers: TextIO | None, timeout: float
) -> None:
    """Check the authenticator backend at URL.

    URL is the AuthenticatorUrl of Authenticator=steps. The command calls it as the connector does, and lists the rules
    of docs/authenticator-api.yaml that it keeps or breaks. It begins some journeys, gives wrong answers for
    customers who do not exist, and ends the journeys. Use a backend for tests, not the one that serves customers.
    """
    if not is_safe(url):
        raise click.UsageError("The URL must begin with https (or http on this machine).")
    key = api_key or prompted("--api-key", "CONNECTOR_AUTHENTICATOR_API_KEY", "authenticator_api_key")
    backend = Backend(url.rstrip("/"), key, external_id, timeout, _answers(answers) if answers else ())
    findings = list(run_checks(CHECKS, backend))
    backend.end_all()
    report(context.output, findings)


def _answers(file: TextIO) -> Sequence[Mapping[str, str]]:
    try:
        read = json.load(file)
    except ValueError:
        read = None
    if not isinstance(read, list) or not all(isinstance(step, dict) for step in read):
        raise click.UsageError("--answers must be a JSON list with one object for each step.")
    return read
