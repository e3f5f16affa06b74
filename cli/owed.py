"""`connector owed`: what Banking Service has not acknowledged."""

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
def owed(context: "Context") -> None:
    """List the outcomes that Banking Service has not acknowledged, with when each is tried next."""
    with explained():
        store = DynamoDBStore(context.stack.dynamodb, context.stack.output("AuthorisationsTable"))
        debts = list(store.owed())
    now = time.time()
    rows = [
        (debt.authorisation_id, moment(debt.decided_at * 1000), "now" if debt.due <= now else moment(debt.due * 1000))
        for debt in debts
    ]
    described = [
        {"authorisationId": debt.authorisation_id, "decidedAt": debt.decided_at, "due": debt.due} for debt in debts
    ]
    text = table(("authorisation", "decided", "next attempt"), rows) if rows else "Nothing is owed."
    context.output.show({"owed": described}, text)
