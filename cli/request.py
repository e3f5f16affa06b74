"""`connector request`: ask for re-authorisations through the queue."""

import csv
import io
import json
import sys
from collections.abc import Iterable, Iterator
from itertools import batched
from typing import TYPE_CHECKING, TextIO

import click

from cli.problem import Negative, explained

if TYPE_CHECKING:
    from cli.main import Context

MOST = 10
"""Messages in one call (SQS quota)."""
COLUMNS = 2

type Wanted = dict[str, str]

EPILOG = """\b
Examples
  connector request 5e0c… 10aa…
  connector request --csv accounts.csv
  some-report | connector --stack-name bank request --csv -
"""


@click.command(epilog=EPILOG)
@click.argument("account", required=False)
@click.argument("bank", required=False)
@click.option(
    "--csv",
    "file",
    type=click.File("r", encoding="utf-8-sig"),
    help="Two columns, account and bank; a first line `bankAccountId,bankId` may be there. `-` is standard input.",
)
@click.pass_obj
def request(context: "Context", account: str | None, bank: str | None, file: TextIO | None) -> None:
    """Ask that ACCOUNT of BANK be re-authorised: Sage's ids of the two. Or those of a whole file.

    The requests are queued; `connector show ACCOUNT` tells how one went on.
    """
    if file is None and account and bank:
        wanted = [{"bankAccountId": account, "bankId": bank}]
    elif file is not None and account is None:
        wanted = list(_rows(file))
    else:
        raise click.UsageError("Name ACCOUNT and BANK, or a file with --csv.")
    queue, sent = context.stack.output("ReauthRequestsQueueUrl"), 0
    batches = list(batched(wanted, MOST, strict=False))
    # Nobody wants to see the progress of one.
    shown = sys.stderr if len(batches) > 1 else io.StringIO()
    with explained(), click.progressbar(batches, label="Requesting", file=shown) as progress:
        for batch in progress:
            sent += _send(context, queue, batch, sent)
    context.output.show({"requested": sent}, f"{sent} {'request' if sent == 1 else 'requests'} queued.")


def _rows(file: TextIO) -> Iterator[Wanted]:
    """Read every row before anything is sent: a file with a mistake asks for nothing."""
    for number, row in enumerate(csv.reader(file), start=1):
        cells = [cell.strip() for cell in row]
        if not any(cells) or (number == 1 and cells[:COLUMNS] == ["bankAccountId", "bankId"]):
            continue
        if len(cells) < COLUMNS or not all(cells[:COLUMNS]):
            raise Negative(f"Line {number} has no account and bank: nothing was sent.")
        yield {"bankAccountId": cells[0], "bankId": cells[1]}


def _send(context: "Context", queue: str, batch: Iterable[Wanted], before: int) -> int:
    entries = [{"Id": str(n), "MessageBody": json.dumps(wanted)} for n, wanted in enumerate(batch)]
    answer = context.stack.queues.send_message_batch(QueueUrl=queue, Entries=entries)  # type: ignore[arg-type]  # plain dicts are what it wants
    if failed := answer.get("Failed"):
        took = before + len(entries) - len(failed)
        raise Negative(f"SQS took {took} requests, and then refused: {failed[0].get('Message', failed[0]['Code'])}")
    return len(entries)
