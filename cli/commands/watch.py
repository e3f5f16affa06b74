"""`connector watch`: the events of a re-authorisation as they happen."""

import json
import time

import click

from cli.commands.history import sentence
from cli.commands.reauthorisation import Event, described_event, find
from cli.context import Context
from cli.errors import NegativeResultError, explained_aws_errors
from cli.output import timestamp

POLL_SECONDS = 2.0

EPILOG = """\b
Examples
  connector watch a7d66d27-e9ab-40b4-850a-447a541ca263
  connector watch acc-4321 --timeout 1200 --json
\b
Exit status: 0 the account is authorised again, 1 the re-authorisation ended in another way, or did not end in time.
"""


@click.command(epilog=EPILOG)
@click.argument("id_", metavar="ID")
@click.option("--timeout", type=float, default=1800, show_default=True, help="Give up after so many seconds.")
@click.pass_obj
def watch(context: Context, id_: str, timeout: float) -> None:
    """Follow a re-authorisation.

    The command prints each event as it happens, until the account is authorised again or the re-authorisation ends in
    another way. ID is as for `connector show`. With --json each line is a JSON object.
    """
    printed: set[str] = set()
    until = time.monotonic() + timeout
    while True:
        with explained_aws_errors():
            found = find(context.stack, id_)
        for event in found.history:
            line = json.dumps(described_event(event)) if context.output.as_json else _line(event)
            if line not in printed:
                click.echo(line)
                printed.add(line)
        if found.ended(time.time()):
            break
        if time.monotonic() >= until:
            raise NegativeResultError(f"{id_} did not end within {timeout:g} s.")
        time.sleep(POLL_SECONDS)
    if not found.succeeded:
        raise SystemExit(1)


def _line(event: Event) -> str:
    return f"{timestamp(int(event['at']))}  {sentence(event)}"
