"""The command and what all its parts share."""

from dataclasses import dataclass
from functools import cached_property

import click

from cli.check.command import check
from cli.deliver import deliver
from cli.outbox import outbox
from cli.output import Output
from cli.redrive import redrive
from cli.request import request
from cli.show import show
from cli.stack import Stack, find_stack


@dataclass(frozen=True)
class Context:
    """What was said before the command's own name; the stack is looked up when it is first needed."""

    output: Output
    stack_name: str | None
    region: str | None
    profile: str | None

    @cached_property
    def stack(self) -> Stack:
        """The deployed stack."""
        return find_stack(self.stack_name, self.region, self.profile)


EPILOG = """\b
Exit status
  0  done, or the answer is yes
  1  the answer is no: refused, not found, not delivered, faults found
  2  wrong usage
  3  the stack could not be reached: credentials, region, name
"""


@click.group(epilog=EPILOG, context_settings={"help_option_names": ["-h", "--help"], "auto_envvar_prefix": "CONNECTOR"})
@click.option("--stack-name", help="Of the deployed stack. Without it: the one that `make local` runs here.")
@click.option("--region", help="AWS region of the stack.")
@click.option("--profile", help="AWS profile to use.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON, for programs.")
@click.pass_context
def main(
    context: click.Context, stack_name: str | None, region: str | None, profile: str | None, *, as_json: bool
) -> None:
    """Work with a deployed connector: ask for re-authorisations, see how they went, check that all is well."""
    context.obj = Context(Output(as_json), stack_name, region, profile)


for command in (request, show, outbox, deliver, redrive, check):
    main.add_command(command)
