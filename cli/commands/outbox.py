"""`connector outbox`: list the outcomes that Banking Service has not acknowledged."""

import time

import click

from cli.context import Context
from cli.errors import explained_aws_errors
from cli.output import iso, table, timestamp
from connector.session.store import DynamoDBStore


@click.command()
@click.pass_obj
def outbox(context: Context) -> None:
    """List the outcomes to be delivered.

    Banking Service has not acknowledged these outcomes. Each is listed with the time of its next attempt.
    """
    with explained_aws_errors():
        store = DynamoDBStore(context.stack.dynamodb, context.stack.output("AuthorisationsTable"))
        entries = list(store.entries())
    now = time.time()
    rows = [
        (
            entry.authorisation_id,
            timestamp(entry.decided_at * 1000),
            "now" if entry.due <= now else timestamp(entry.due * 1000),
        )
        for entry in entries
    ]
    described = [
        {
            "authorisationId": entry.authorisation_id,
            "decidedAt": iso(entry.decided_at * 1000),
            "due": iso(entry.due * 1000),
        }
        for entry in entries
    ]
    text = table(("authorisation", "decided", "next attempt"), rows) if rows else "Every outcome is delivered."
    context.output.show({"outbox": described}, text)
