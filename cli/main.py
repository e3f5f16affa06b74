"""The command `connector` and its common options."""

import json
import os
import sys
from collections.abc import Sequence
from typing import Any, NoReturn

import click
import requests

from cli.check.command import check
from cli.check_authenticator.command import check_authenticator
from cli.commands.completion import completion
from cli.commands.deliver import deliver
from cli.commands.list import list_
from cli.commands.outbox import outbox
from cli.commands.redrive import redrive
from cli.commands.request import request
from cli.commands.show import show
from cli.commands.watch import watch
from cli.context import Context
from cli.errors import StackUnavailableError
from cli.options import JSON, STACK, add_to
from cli.output import Output
from connector import __version__

EPILOG = """\b
Examples
  connector --stack-name bank list --state opened
  connector --stack-name bank show a7d66d27-e9ab-40b4-850a-447a541ca263 --json
\b
Every option has an environment variable: CONNECTOR_STACK_NAME, CONNECTOR_REGION, CONNECTOR_PROFILE, CONNECTOR_JSON.
\b
Exit status
  0  The command succeeded.
  1  The result is negative: refused, not found, not delivered, a check failed.
  2  The command line is wrong.
  3  The stack could not be reached: wrong credentials, region, name or URL.
"""


class Connector(click.Group):
    """The command. With --json its errors are JSON too; an error of the network is one line."""

    def main(self, args: Sequence[str] | None = None, *positional: Any, **named: Any) -> Any:  # noqa: ANN401 - click's signature
        """Run a command and end the process with its exit status."""
        arguments = list(sys.argv[1:] if args is None else args)
        if JSON not in arguments and not os.environ.get("CONNECTOR_JSON"):
            return super().main(arguments, *positional, **named)
        try:
            status = super().main(arguments, *positional, **named | {"standalone_mode": False})
        except click.ClickException as error:
            _end(error.format_message(), error.exit_code)
        except click.Abort:
            _end("Interrupted.", 1)
        sys.exit(status if isinstance(status, int) else 0)

    def invoke(self, ctx: click.Context) -> Any:  # noqa: ANN401 - click's signature
        """Run a command. Raise StackUnavailableError where a host does not answer."""
        try:
            return super().invoke(ctx)
        except requests.RequestException as error:
            host = error.request.url if error.request is not None and error.request.url else "the host"
            raise StackUnavailableError(
                f"{host.partition('?')[0]} did not answer ({type(error).__name__}): check the URL, and that it runs."
            ) from error


def _end(message: str, status: int) -> NoReturn:
    click.echo(json.dumps({"error": message, "exitStatus": status}), err=True)
    sys.exit(status)


@click.group(
    cls=Connector,
    epilog=EPILOG,
    context_settings={"help_option_names": ["-h", "--help"], "auto_envvar_prefix": "CONNECTOR"},
)
@click.version_option(__version__, prog_name="connector")
@click.option("--stack-name", help="The name of the deployed stack. Default: the stack that `make local` runs.")
@click.option("--region", help="The AWS region of the stack.")
@click.option("--profile", help="The AWS profile with the credentials.")
@click.option(JSON, "as_json", is_flag=True, help="Print JSON instead of text.")
@click.pass_context
def main(
    context: click.Context, stack_name: str | None, region: str | None, profile: str | None, *, as_json: bool
) -> None:
    """Work with a deployed connector: request re-authorisations, follow them, check the connector.

    The options below may stand before or after the command's name.
    """
    context.obj = Context(Output(as_json), stack_name, region, profile)


for command in (request, list_, show, watch, outbox, deliver, redrive):
    main.add_command(add_to(command, *STACK))
for command in (check, check_authenticator):
    main.add_command(add_to(command))
main.add_command(completion)
