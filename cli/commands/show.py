"""`connector show`: the history of one re-authorisation, oldest event first."""

import click

from cli.commands.history import sentence
from cli.commands.reauthorisation import Reauthorisation, find
from cli.context import Context
from cli.errors import NegativeResultError, explained_aws_errors
from cli.output import table, timestamp

EPILOG = """\b
Examples
  connector show a7d66d27-e9ab-40b4-850a-447a541ca263
  connector show a7d66d27-e9ab-40b4-850a-447a541ca263 --json | jq .state
"""


@click.command(epilog=EPILOG)
@click.argument("id_", metavar="ID")
@click.pass_obj
def show(context: Context, id_: str) -> None:
    """Print the history of a re-authorisation.

    The history has the request, the customer's journey, the delivery and the confirmation.

    ID is Sage's authorisation id, or an account for the last request of that account: Sage's bankAccountId or your
    externalId. The connector knows the account of an authorisation from Sage's notification that the account was
    created, or else when it confirms the account, about a minute after the delivery.
    """
    with explained_aws_errors():
        found = find(context.stack, id_)
    if not found.history:
        raise NegativeResultError(f"Nothing is known of {id_}.")
    context.output.show(found.described(), _as_text(found))


def _as_text(found: Reauthorisation) -> str:
    fields = {name: value for name, value in found.described().items() if name != "history" and value is not None}
    lines = [f"{name:<16}{value}" for name, value in fields.items()]
    began = int(found.history[0]["at"])
    rows = [(timestamp(int(event["at"])), _after(int(event["at"]) - began), sentence(event)) for event in found.history]
    return "\n".join([*lines, "", table(("when", "after", "event"), rows)])


def _after(milliseconds: int) -> str:
    minutes, seconds = divmod(milliseconds / 1000, 60)
    hours, minutes = divmod(int(minutes), 60)
    if hours:
        return f"{hours} h {minutes:02} min"
    return f"{minutes} min {seconds:02.0f} s" if minutes else f"{seconds:.1f} s"
