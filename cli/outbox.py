"""`connector outbox`: what Banking Service has not acknowledged."""

import time
from typing import TYPE_CHECKING

import click

from cli.output import moment, table
from cli.problem import explained
from connector.session.store import DynamoDBStore

if TYPE_CHECKING:
    from cli.main import Context


@click.command()
@click.pass_obj
def outbox(context: "Context") -> None:
    """List the outcomes that Banking Service has not acknowledged, with when each is tried next."""
    with explained():
        store = DynamoDBStore(context.stack.dynamodb, context.stack.output("AuthorisationsTable"))
        entries = list(store.entries())
    now = time.time()
    rows = [
        (
            entry.authorisation_id,
            moment(entry.decided_at * 1000),
            "now" if entry.due <= now else moment(entry.due * 1000),
        )
        for entry in entries
    ]
    described = [
        {"authorisationId": entry.authorisation_id, "decidedAt": entry.decided_at, "due": entry.due}
        for entry in entries
    ]
    text = table(("authorisation", "decided", "next attempt"), rows) if rows else "Every outcome is delivered."
    context.output.show({"outbox": described}, text)
