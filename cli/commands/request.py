"""`connector request`: request re-authorisations through the queue."""

import csv
import io
import json
import sys
from collections.abc import Iterable, Iterator
from itertools import batched
from typing import TextIO

import click

from cli.accounts import find_account
from cli.context import Context
from cli.errors import NegativeResultError, explained_aws_errors

BATCH_SIZE = 10
"""The most messages that one call may send (SQS quota)."""
HEADINGS = ["bankAccountId", "bankId"]

type Account = dict[str, str]

EPILOG = """\b
Examples
  connector request 5e0c… 10aa…
  connector request acc-4321
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
    help="A file with two columns, account and bank. The heading `bankAccountId,bankId` is optional. "
    "`-` is standard input.",
)
@click.pass_obj
def request(context: Context, account: str | None, bank: str | None, file: TextIO | None) -> None:
    """Request re-authorisations.

    Name one ACCOUNT and its BANK, or a file with many. Both ids are Sage's. Where Sage notified the connector of the
    account, ACCOUNT alone is enough, and may be your own externalId. The command queues the requests, and `connector
    show ACCOUNT` shows the progress of one.
    """
    if file is None and account:
        accounts = [_account(context, account, bank)]
    elif file is not None and account is None:
        accounts = list(_rows(file))
    else:
        raise click.UsageError("Name ACCOUNT and BANK, or a file with --csv.")
    queue, sent = context.stack.output("ReauthRequestsQueueUrl"), 0
    batches = list(batched(accounts, BATCH_SIZE, strict=False))
    # A single batch is sent too quickly for a progress bar.
    progress_file = sys.stderr if len(batches) > 1 else io.StringIO()
    with explained_aws_errors(), click.progressbar(batches, label="Requesting", file=progress_file) as progress:
        for batch in progress:
            sent += _send(context, queue, batch, sent)
    context.output.show({"requested": sent}, f"{sent} {'request' if sent == 1 else 'requests'} queued.")


def _account(context: Context, account: str, bank: str | None) -> Account:
    """Complete an account by what Sage notified."""
    with explained_aws_errors():
        known = find_account(context.stack, account)
    bank_id = bank or (known.bank_id if known else None)
    if bank_id is None:
        raise click.UsageError(f"Sage did not notify the connector of {account}: name ACCOUNT and BANK.")
    return {"bankAccountId": known.bank_account_id if known else account, "bankId": bank_id}


def _rows(file: TextIO) -> Iterator[Account]:
    """Read every row. The caller reads all rows before it sends one, so a file with a mistake requests nothing."""
    for number, row in enumerate(csv.reader(file), start=1):
        cells = [cell.strip() for cell in row]
        if not any(cells) or (number == 1 and cells[: len(HEADINGS)] == HEADINGS):
            continue
        if len(cells) < len(HEADINGS) or not all(cells[: len(HEADINGS)]):
            raise NegativeResultError(f"Line {number} has no account and bank: nothing was sent.")
        yield dict(zip(HEADINGS, cells, strict=False))


def _send(context: Context, queue: str, batch: Iterable[Account], sent_before: int) -> int:
    entries = [{"Id": str(n), "MessageBody": json.dumps(account)} for n, account in enumerate(batch)]
    response = context.stack.queues.send_message_batch(QueueUrl=queue, Entries=entries)  # type: ignore[arg-type]  # the stubs want their own TypedDict; plain dicts have the same keys
    if failed := response.get("Failed"):
        accepted = sent_before + len(entries) - len(failed)
        reason = failed[0].get("Message", failed[0]["Code"])
        raise NegativeResultError(f"SQS accepted {accepted} requests, and then refused one: {reason}")
    return len(entries)
