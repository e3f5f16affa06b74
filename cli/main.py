"""The command `connector` and its common options."""

import click

from cli.check.command import check
from cli.check_authenticator.command import check_authenticator
from cli.commands.deliver import deliver
from cli.commands.outbox import outbox
from cli.commands.redrive import redrive
from cli.commands.request import request
from cli.commands.show import show
from cli.context import Context
from cli.output import Output
from connector import __version__

EPILOG = """\b
Exit status
  0  The command succeeded.
  1  The result is negative: refused, not found, not delivered, a check failed.
  2  The command line is wrong.
  3  The stack could not be reached: wrong credentials, region or name.
"""


@click.group(epilog=EPILOG, context_settings={"help_option_names": ["-h", "--help"], "auto_envvar_prefix": "CONNECTOR"})
@click.version_option(__version__, prog_name="connector")
@click.option("--stack-name", help="The name of the deployed stack. Default: the stack that `make local` runs.")
@click.option("--region", help="The AWS region of the stack.")
@click.option("--profile", help="The AWS profile with the credentials.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON instead of text.")
@click.pass_context
def main(
    context: click.Context, stack_name: str | None, region: str | None, profile: str | None, *, as_json: bool
) -> None:
    """Work with a deployed connector: request re-authorisations, follow them, check the connector."""
    context.obj = Context(Output(as_json), stack_name, region, profile)


for command in (request, show, outbox, deliver, redrive, check, check_authenticator):
    main.add_command(command)
